package dev.muster.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files, in pieces: what is hashed may be larger than the memory. */
public final class ContentDigest {
    private static final int BUFFER_BYTES = 64 << 10;

    private ContentDigest() {}

    /** A digest that nothing was given to yet. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The digest of all that was given, as lower-case hexadecimal digits. */
    public static String end(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Gives the first {@code length} bytes to {@code digest}; returns how many there were. */
    public static long update(MessageDigest digest, FileChannel channel, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(length, 1, BUFFER_BYTES));
        long position = 0;
        while (position < length) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - position));
            int count = channel.read(buffer, position);
            if (count < 0) {
                break;
            }
            digest.update(buffer.flip());
            position += count;
        }
        return position;
    }

    /** Whether the first {@code length} bytes are there and have this digest. What follows them is not looked at. */
    public static boolean matches(FileChannel channel, long length, String sha256) throws IOException {
        MessageDigest digest = begin();
        return update(digest, channel, length) == length && end(digest).equals(sha256);
    }
}

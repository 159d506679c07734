package dev.muster.control.ota;

import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Bytes read in order and hashed as they pass, but for those that must not be. For one thread. */
final class HashedInput {
    private final InputStream in;
    private final long length;
    private final MessageDigest sha256 = sha256();
    private long position;

    HashedInput(InputStream in, long length) {
        this.in = in;
        this.length = length;
    }

    long position() {
        return position;
    }

    /** The next bytes, in little endian. */
    ByteBuffer read(int count) throws IOException {
        byte[] bytes = readUnhashed(count);
        sha256.update(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] readUnhashed(int count) throws IOException {
        if (count > length - position) {
            throw truncated(count);
        }
        byte[] bytes = in.readNBytes(count);
        position += bytes.length;
        if (bytes.length < count) {
            throw truncated(count);
        }
        return bytes;
    }

    /** {@code head} and the bytes after it, together {@code count}; none of them hashed. */
    byte[] fill(byte[] head, int count) throws IOException {
        byte[] all = new byte[count];
        System.arraycopy(head, 0, all, 0, head.length);
        byte[] rest = readUnhashed(count - head.length);
        System.arraycopy(rest, 0, all, head.length, rest.length);
        return all;
    }

    /** Some of the next bytes, at least one, at most as many as {@code into} takes and {@code most} allows. */
    int readSome(byte[] into, long most) throws IOException {
        int read = in.read(into, 0, (int) Math.min(into.length, most));
        if (read <= 0) {
            throw truncated(most);
        }
        position += read;
        sha256.update(into, 0, read);
        return read;
    }

    void hash(byte[] bytes) {
        sha256.update(bytes);
    }

    /** Of all that was hashed up to here; reading goes on. */
    byte[] digestSoFar() {
        try {
            return ((MessageDigest) sha256.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of every Java platform can be copied", e);
        }
    }

    /** Of all that was hashed. */
    byte[] digest() {
        return sha256.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private PackageRefused truncated(long count) {
        return new PackageRefused(
                Code.OTA_TRUNCATED,
                "`update.bin`: expected " + count + " bytes from byte " + position + " on, found its end at " + length);
    }
}

package dev.muster.control.help;

import dev.muster.protocol.help.HelpFrame;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/** A session with what moves in it. Pure. */
record HelpRow(
        HelpSession shown,
        int columns,
        int rows,
        Lane up,
        Lane down,
        byte[] digest,
        Instant activeAt,
        long rateSecond,
        long rateBytes) {
    /** Frames that one side may be ahead of the other. */
    static final int WINDOW = 64;

    /** One direction: the last frame that came, and the last that the other side has. */
    record Lane(long last, long taken) {}

    Lane lane(boolean upwards) {
        return upwards ? up : down;
    }

    /** Number of the next frame in the transcript. */
    long position() {
        return up.last() + down.last() + 1;
    }

    /** Why no more can be taken in at this moment; empty where it can. */
    Optional<String> full(boolean upwards, int bytes, long now, long perSecond) {
        if (lane(upwards).last() - lane(upwards).taken() >= WINDOW) {
            return Optional.of("the other side has not taken " + WINDOW + " frames that wait");
        }
        return rateSecond == now && rateBytes > 0 && rateBytes + bytes > perSecond
                ? Optional.of("more than " + perSecond + " bytes in a second")
                : Optional.empty();
    }

    /** The running digest with one more frame: direction, channel, type, length and bytes, after the digest before. */
    static byte[] digest(byte[] before, boolean upwards, HelpFrame frame) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(before);
            sha256.update(ByteBuffer.allocate(10)
                    .put((byte) (upwards ? 1 : 0))
                    .putInt(frame.channel())
                    .put((byte) frame.type().ordinal())
                    .putInt(frame.data().length)
                    .array());
            return sha256.digest(frame.data());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}

package dev.muster.control.help;

import dev.muster.protocol.help.HelpFrame;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** A session with what moves in it. Pure. */
record HelpRow(
        HelpSession shown,
        int columns,
        int rows,
        Lane up,
        Lane down,
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

    /**
     * The running digest, in hex, with one more frame: direction, channel, type (0 open, 1 data, 2 close), length and bytes,
     * after the 32 bytes of the digest before.
     */
    static String digest(String before, boolean upwards, HelpFrame frame) {
        byte type =
                switch (frame.type()) {
                    case OPEN -> 0;
                    case DATA -> 1;
                    case CLOSE -> 2;
                };
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(HexFormat.of().parseHex(before));
            sha256.update(ByteBuffer.allocate(10)
                    .put((byte) (upwards ? 1 : 0))
                    .putInt(frame.channel())
                    .put(type)
                    .putInt(frame.data().length)
                    .array());
            return HexFormat.of().formatHex(sha256.digest(frame.data()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}

package dev.muster.agent.commands;

import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries a file to {@code /device/v1/uploads} in pieces, and goes on where the server says it stopped: after a lost
 * link, a restart, or a piece whose answer was lost. One thread, except {@link #abort}.
 */
final class Uploader {
    static final String PATH = "/device/v1/uploads";

    /** A piece that one bad minute of a slow link costs. */
    private static final int PIECE = 256 << 10;

    private static final int MAX_ANSWER = 64 << 10;
    private static final int MAX_CONFLICTS = 3;

    private final Supplier<DeviceHttps> connect;
    private volatile @Nullable DeviceHttps running;

    /** {@code connect} makes a connection of its own, with the certificate of the moment. */
    Uploader(Supplier<DeviceHttps> connect) {
        this.connect = connect;
    }

    /** The server will not take it, now or later. */
    static final class RefusedException extends IOException {
        RefusedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Returns when the server has all of it.
     *
     * @throws RefusedException if trying again is in vain
     * @throws IOException if it may be worth another try
     */
    void upload(String command, Path file, CommandEntry.Archive archive) throws IOException {
        DeviceHttps https = connect.get();
        running = https;
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] announcement = new UploadRequest(command, archive.length(), archive.sha256()).toJson();
            UploadStatus status = announce(https, announcement);
            for (int conflicts = 0; !status.complete(); ) {
                try {
                    status = piece(https, in, status, archive.length());
                } catch (HttpStatusException e) {
                    // The server has another offset than we think: it says which one when asked again.
                    if (e.status() != 409 || ++conflicts > MAX_CONFLICTS) {
                        throw refusedOrLater(e);
                    }
                    status = announce(https, announcement);
                }
            }
        } finally {
            running = null;
        }
    }

    /** Breaks off what is running, from any thread. */
    void abort() {
        DeviceHttps https = running;
        if (https != null) {
            https.abort();
        }
    }

    private static UploadStatus announce(DeviceHttps https, byte[] announcement) throws IOException {
        try {
            return UploadStatus.fromJson(https.send("POST", PATH, announcement, MAX_ANSWER));
        } catch (HttpStatusException e) {
            throw refusedOrLater(e);
        }
    }

    private static UploadStatus piece(DeviceHttps https, RandomAccessFile in, UploadStatus status, long length)
            throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, length - status.offset())];
        in.seek(status.offset());
        in.readFully(piece);
        return UploadStatus.fromJson(
                https.putRange(PATH + "/" + status.id(), piece, status.offset(), length, MAX_ANSWER));
    }

    private static IOException refusedOrLater(HttpStatusException e) {
        boolean later = e.status() >= 500 || e.status() == 408 || e.status() == 429;
        return later ? e : new RefusedException(e);
    }
}

package dev.muster.control.uploads;

import dev.muster.control.config.DataDirectory;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** Bytes of uploads as files {@code uploads/<tenant>/<id>}. Writers of one upload take turns by its row. Thread-safe. */
@Singleton
class UploadFiles {
    private final DataDirectory data;

    UploadFiles(DataDirectory data) {
        this.data = data;
    }

    /** Where the bytes lie, whether there are any or not. */
    Path file(TenantId tenant, UUID id) {
        return directory(tenant).resolve(id.toString());
    }

    /** Writes a piece at its place, durably; what a crash left behind that place is written over. */
    void write(TenantId tenant, UUID id, long offset, byte[] piece) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file(tenant, id), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(piece);
            long at = offset;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
            channel.truncate(at);
            channel.force(true);
        }
    }

    String sha256(TenantId tenant, UUID id) throws IOException {
        try (InputStream in = Files.newInputStream(file(tenant, id));
                DigestOutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(out);
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    void delete(TenantId tenant, UUID id) throws IOException {
        Files.deleteIfExists(file(tenant, id));
    }

    /** All that the tenant has. */
    void remove(TenantId tenant) {
        data.remove("uploads/" + tenant.value());
    }

    /** Where the tenant's files lie; made if need be. */
    Path directory(TenantId tenant) {
        data.directory("uploads");
        return data.directory("uploads/" + tenant.value());
    }
}

package dev.muster.control.bundles;

import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.protocol.bundle.BundleIndex;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a bundle as a ZIP file, streamed: its table of contents comes last, so a file that was cut off does not open. */
@Singleton
final class BundleWriter {
    private final ArtifactBytes bytes;

    BundleWriter(ArtifactBytes bytes) {
        this.bytes = bytes;
    }

    /** Whether the bytes are there to be written. */
    boolean has(String sha256) {
        try {
            return bytes.find(sha256).isPresent();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void write(BundlePlan plan, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        // Images and packages are packed already; the level of a file that is not costs more than it brings.
        zip.setLevel(Deflater.NO_COMPRESSION);
        begin(zip, plan, BundleIndex.ENTRY);
        zip.write(plan.index().toJson());
        zip.closeEntry();
        for (Map.Entry<String, byte[]> file : new TreeMap<>(plan.metadata()).entrySet()) {
            begin(zip, plan, file.getKey());
            zip.write(file.getValue());
            zip.closeEntry();
        }
        for (String sha256 : plan.targets().keySet()) {
            ArtifactBytes.Stored stored = bytes.find(sha256)
                    .orElseThrow(() -> new IOException("`" + sha256 + "` went away while the bundle was written"));
            begin(zip, plan, BundleIndex.target(sha256));
            try (InputStream in = stored.open(0, stored.length())) {
                in.transferTo(zip);
            }
            zip.closeEntry();
        }
        // Not closed: the stream below belongs to the server.
        zip.finish();
        zip.flush();
    }

    private static void begin(ZipOutputStream zip, BundlePlan plan, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(plan.index().createdAt().atOffset(ZoneOffset.UTC).toLocalDateTime());
        zip.putNextEntry(entry);
    }
}

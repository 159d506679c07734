package dev.muster.agent.commands;

import dev.muster.agent.store.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs texts into a ZIP within a bound, without secrets. Stateless. */
final class LogArchive {
    /** Bound of one text; of a longer one the end is kept, where what happened last stands. */
    static final int MAX_TEXT = 512 << 10;

    /** Bound of all texts together. */
    static final int MAX_ALL = 4 << 20;

    private LogArchive() {}

    /** Writes {@code file}, durably and whole, and says what it is. */
    static CommandEntry.Archive write(Path file, Map<String, String> texts, Instant now) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".tmp");
        MessageDigest digest = sha256();
        try (OutputStream out = Files.newOutputStream(part);
                ZipOutputStream zip = new ZipOutputStream(new DigestOutputStream(out, digest))) {
            int left = MAX_ALL;
            for (Map.Entry<String, String> text : texts.entrySet()) {
                byte[] bytes = Redactor.redact(text.getValue()).getBytes(StandardCharsets.UTF_8);
                int length = Math.min(bytes.length, Math.min(MAX_TEXT, left));
                ZipEntry entry = new ZipEntry(text.getKey());
                entry.setTime(now.toEpochMilli());
                zip.putNextEntry(entry);
                zip.write(bytes, bytes.length - length, length);
                zip.closeEntry();
                left -= length;
            }
        }
        AtomicFiles.sync(part);
        AtomicFiles.move(part, file);
        return new CommandEntry.Archive(HexFormat.of().formatHex(digest.digest()), Files.size(file));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

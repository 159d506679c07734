package dev.muster.cli.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A {@code .tar.gz} of small texts (POSIX.1-1988 ustar), its owner's only. */
final class Archive {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;

    private Archive() {}

    /** Writes the texts by name, all below {@code folder}; whole or not at all. */
    static void write(Path file, String folder, Map<String, String> texts, Instant at) throws IOException {
        Path target = file.toAbsolutePath();
        Path part = Files.createTempFile(
                target.getParent(),
                target.getFileName() + ".",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(part))) {
                for (Map.Entry<String, String> text : texts.entrySet()) {
                    byte[] bytes = text.getValue().getBytes(StandardCharsets.UTF_8);
                    out.write(header(folder + "/" + text.getKey(), bytes.length, at));
                    out.write(bytes);
                    out.write(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
                }
                out.write(new byte[2 * BLOCK]);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static byte[] header(String name, int length, Instant at) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("expected a name of at most " + LONGEST_NAME + ", found `" + name + "`");
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000600");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, octal(length));
        put(header, 136, octal(at.getEpochSecond()));
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, 148, String.format(java.util.Locale.ROOT, "%06o", sum));
        header[154] = 0;
        return header;
    }

    private static String octal(long number) {
        return String.format(java.util.Locale.ROOT, "%011o", number);
    }

    private static void put(byte[] header, int from, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, from, bytes.length);
    }
}

package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Opens a {@code .hap}, checks its container and reads its manifest. Nothing is unpacked to disk; at most the manifest is
 * inflated into memory. Thread-safe.
 */
public final class PackageReader {
    private static final int MAX_ENTRIES = 65_535;
    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final long MAX_UNPACKED_BYTES = 4L << 30;

    /** Deflate cannot do better than about 1030 : 1; real packages stay below 100 : 1. */
    private static final long MAX_RATIO = 200;

    /** Below this a high ratio harms nobody: an empty resource table packs very well. */
    private static final long RATIO_MATTERS_FROM_BYTES = 64L << 20;

    /** Reads {@code file}; {@link PackageRefused} when it must not be handed on. */
    public PackageInfo read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            checkContainer(entries, Files.size(file));
            return manifest(zip);
        } catch (ZipException e) {
            throw new PackageRefused(Code.NOT_A_ZIP, "expected a ZIP file: " + e.getMessage(), e);
        }
    }

    private static void checkContainer(List<? extends ZipEntry> entries, long fileBytes) {
        if (entries.size() > MAX_ENTRIES) {
            throw new PackageRefused(
                    Code.TOO_LARGE, "expected at most " + MAX_ENTRIES + " entries, found " + entries.size());
        }
        Set<String> names = new HashSet<>();
        long unpacked = 0;
        for (ZipEntry entry : entries) {
            checkName(entry.getName());
            // Devices differ in case sensitivity of their stores, so names that differ only in case count as equal.
            if (!names.add(entry.getName().toLowerCase(Locale.ROOT))) {
                throw new PackageRefused(Code.DUPLICATE_ENTRY, "found `" + entry.getName() + "` more than once");
            }
            unpacked = Math.addExact(unpacked, Math.max(0, entry.getSize()));
            if (unpacked > MAX_UNPACKED_BYTES
                    || (unpacked > RATIO_MATTERS_FROM_BYTES && unpacked / Math.max(1, fileBytes) > MAX_RATIO)) {
                throw new PackageRefused(
                        Code.TOO_LARGE,
                        "expected at most 4 GiB and " + MAX_RATIO + " times the packed size after unpacking, found "
                                + unpacked + " bytes up to `" + entry.getName() + "`");
            }
        }
    }

    private static void checkName(String name) {
        boolean unsafe = name.isEmpty()
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || name.indexOf(':') >= 0
                || List.of(name.split("/")).contains("..");
        if (unsafe) {
            throw new PackageRefused(
                    Code.UNSAFE_ENTRY, "expected entry names that stay inside the package, found `" + name + "`");
        }
    }

    private static PackageInfo manifest(ZipFile zip) throws IOException {
        ZipEntry stage = zip.getEntry(PackageManifest.STAGE);
        if (stage != null) {
            return PackageManifest.parse(PackageInfo.Model.STAGE, bytes(zip, stage));
        }
        ZipEntry fa = zip.getEntry(PackageManifest.FA);
        if (fa != null) {
            return PackageManifest.parse(PackageInfo.Model.FA, bytes(zip, fa));
        }
        throw new PackageRefused(
                Code.MANIFEST_MISSING, "expected `module.json` or `config.json` in the package, found neither");
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            // The declared size may lie; reading one byte more than allowed does not.
            byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (bytes.length > MAX_MANIFEST_BYTES) {
                throw new PackageRefused(
                        Code.TOO_LARGE, "expected `" + entry.getName() + "` of at most 1 MiB, found more");
            }
            return bytes;
        }
    }
}

package dev.muster.standalone.backup;

import dev.muster.standalone.process.StandaloneException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads a backup from its first byte to its last: to check it, or to unpack it into an empty folder. */
final class ArchiveReader {
    private static final Pattern ARTIFACT =
            Pattern.compile("data/server/data/artifacts/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})");
    private static final int BUFFER = 1 << 16;
    private static final int MOST_MANIFEST = 1 << 16;

    private final Path file;
    private final Passphrase passphrase;

    ArchiveReader(Path file, Passphrase passphrase) {
        this.file = file;
        this.passphrase = passphrase;
    }

    /** The manifest alone, which is the first thing in it. */
    Manifest manifest() {
        return reading(in -> {
            try (TarArchiveInputStream tar = tar(in)) {
                return manifest(tar);
            }
        });
    }

    /**
     * Reads everything: every part is as it was made, every file has the hash that the list says, every artifact the one of its name.
     *
     * @throws StandaloneException if anything is not so
     */
    Manifest check(Advance advance) {
        return reading(in -> read(in, Optional.empty(), advance));
    }

    /** The same, and writes files into {@code folder}, its owner's only. */
    Manifest unpack(Path folder, Advance advance) {
        return reading(in -> read(in, Optional.of(folder), advance));
    }

    @FunctionalInterface
    private interface Reading {
        Manifest of(InputStream in) throws IOException;
    }

    private Manifest reading(Reading reading) {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            SealedFile sealed = SealedFile.open(raw, passphrase);
            return reading.of(new SealedInput(raw, sealed));
        } catch (StandaloneException e) {
            throw new StandaloneException(e.exitCode(), "`" + file + "`: " + e.getMessage(), e);
        } catch (EOFException e) {
            throw SealedFile.refused("`" + file + "`: cut off");
        } catch (IOException e) {
            throw SealedFile.refused("`" + file + "`: cannot be read, or not unpacked: " + e.getMessage());
        }
    }

    private static TarArchiveInputStream tar(InputStream in) throws IOException {
        return new TarArchiveInputStream(new GZIPInputStream(in, BUFFER), StandardCharsets.UTF_8.name());
    }

    private static Manifest manifest(TarArchiveInputStream tar) throws IOException {
        TarArchiveEntry first = tar.getNextEntry();
        if (first == null || !first.getName().equals(Manifest.NAME) || first.getSize() > MOST_MANIFEST) {
            throw new IOException("expected its manifest first");
        }
        return Manifest.fromJson(tar.readAllBytes());
    }

    private Manifest read(InputStream in, Optional<Path> folder, Advance advance) throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        Manifest manifest;
        Map<String, String> listed = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = tar(in)) {
            manifest = manifest(tar);
            byte[] buffer = new byte[BUFFER];
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().equals(ArchiveWriter.LIST)) {
                    listed.putAll(list(tar));
                } else {
                    entry(tar, entry, folder, found, buffer, advance);
                }
            }
            // The tar ends before the file does: the last part is checked as well.
            in.transferTo(OutputStream.nullOutputStream());
        }
        listed.remove(Manifest.NAME);
        if (!listed.equals(found)) {
            throw new IOException("expected the files of its list, found others");
        }
        return manifest;
    }

    private static void entry(
            TarArchiveInputStream tar,
            TarArchiveEntry entry,
            Optional<Path> folder,
            Map<String, String> found,
            byte[] buffer,
            Advance advance)
            throws IOException {
        String name = entry.getName();
        Optional<Path> target = folder.map(root -> inside(root, name));
        if (entry.isDirectory()) {
            if (target.isPresent()) {
                Files.createDirectories(
                        target.get(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return;
        }
        if (!entry.isFile()) {
            throw new IOException("expected files and folders, found `" + name + "`");
        }
        MessageDigest digest = ArchiveWriter.sha256();
        DigestInputStream content = new DigestInputStream(tar, digest);
        try (OutputStream out = target.isPresent() ? create(target.get()) : OutputStream.nullOutputStream()) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                out.write(buffer, 0, read);
                advance.add(read);
            }
        }
        String hash = HexFormat.of().formatHex(digest.digest());
        var artifact = ARTIFACT.matcher(name);
        if (artifact.matches() && !artifact.group(1).equals(hash)) {
            throw new IOException(
                    "expected an artifact of the hash that is its name, found `" + name + "` with SHA-256 " + hash);
        }
        found.put(name, hash);
        advance.file();
    }

    private static OutputStream create(Path target) throws IOException {
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createFile(target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.newOutputStream(target, StandardOpenOption.WRITE);
    }

    private static Path inside(Path root, String name) {
        Path target = root.resolve(name.substring(Math.min(name.length(), ArchiveWriter.DATA.length())))
                .normalize();
        if (!name.startsWith(ArchiveWriter.DATA) || !target.startsWith(root)) {
            throw SealedFile.refused("expected files of a data directory, found `" + name + "`");
        }
        return target;
    }

    private static Map<String, String> list(InputStream in) throws IOException {
        Map<String, String> listed = new LinkedHashMap<>();
        for (String line :
                new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            int gap = line.indexOf("  ");
            if (gap < 0) {
                throw new IOException("expected a hash and a name in each line of its list");
            }
            listed.put(line.substring(gap + 2), line.substring(0, gap));
        }
        return listed;
    }
}

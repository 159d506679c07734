package dev.muster.agent.apps;

import dev.muster.agent.store.CheckedFile;
import dev.muster.agent.store.ContentDigest;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An OpenHarmony {@code .hap} on disk: a ZIP with {@code module.json}. Hostile input is expected: names that leave the
 * directory, names that occur twice, and more bytes than announced are refused before anything of the app is in force.
 */
public final class HapFile implements AutoCloseable {
    private static final String MANIFEST = "module.json";
    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_NAME_CHARS = 512;
    private static final long MAX_CONTENT_BYTES = 2L << 30;

    private final CheckedFile file;
    private final ZipFile zip;
    private final AppPackage manifest;

    /** Opens and looks into {@code file}; what is wrong with it is a {@link BadPackageException}. */
    public HapFile(CheckedFile file) throws IOException {
        this.file = file;
        this.zip = open(file.path());
        try {
            requireSafeEntries();
            this.manifest = readManifest();
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    public AppPackage manifest() {
        return manifest;
    }

    /** A file of the package as it was unpacked: its name with slashes, bytes, SHA-256. */
    record Unpacked(String name, long length, String sha256) {}

    /**
     * Unpacks everything below {@code directory}, which is empty.
     *
     * @throws dev.muster.agent.store.AlteredException if the package changed since it was checked: what was unpacked is
     *     worth nothing then
     */
    List<Unpacked> unpack(Path directory) throws IOException {
        List<Unpacked> result = new ArrayList<>();
        long left = MAX_CONTENT_BYTES;
        byte[] buffer = new byte[16 << 10];
        for (ZipEntry entry : Collections.list(zip.entries())) {
            Path target = directory.resolve(entry.getName()).normalize();
            // Checked by name above; checked again by path, because this is the line that writes.
            if (!target.startsWith(directory)) {
                throw unsafe(entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            MessageDigest digest = ContentDigest.begin();
            long length = 0;
            try (InputStream in = zip.getInputStream(entry);
                    var out = Channels.newOutputStream(
                            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                int count;
                while ((count = in.read(buffer)) >= 0) {
                    left -= count;
                    length += count;
                    digest.update(buffer, 0, count);
                    if (left < 0) {
                        throw tooLarge();
                    }
                    out.write(buffer, 0, count);
                }
            } catch (ZipException e) {
                throw new BadPackageException("PackageCorrupt", "entry `" + entry.getName() + "`: " + e.getMessage());
            }
            result.add(new Unpacked(entry.getName(), length, ContentDigest.end(digest)));
        }
        file.requireUntouched();
        return result;
    }

    /**
     * Copies the package as it is, for platforms whose own installer wants it whole.
     *
     * @throws dev.muster.agent.store.AlteredException if it changed since it was checked; the copy is worth nothing then
     */
    public void copyTo(Path copy) throws IOException {
        Files.copy(file.path(), copy);
        file.requireUntouched();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new BadPackageException("PackageCorrupt", "expected a ZIP, found none: " + e.getMessage());
        }
    }

    private void requireSafeEntries() throws BadPackageException {
        if (zip.size() > MAX_ENTRIES) {
            throw new BadPackageException(
                    "PackageTooLarge", "expected at most " + MAX_ENTRIES + " entries, found " + zip.size());
        }
        Set<String> seen = new HashSet<>();
        long announced = 0;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            requireSafeName(name);
            String key = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
            if (!seen.add(key)) {
                throw new BadPackageException("PackageUnsafe", "entry `" + name + "` occurs twice");
            }
            announced += Math.max(0, entry.getSize());
            if (announced > MAX_CONTENT_BYTES) {
                throw tooLarge();
            }
        }
    }

    private static void requireSafeName(String name) throws BadPackageException {
        if (name.isEmpty()
                || name.length() > MAX_NAME_CHARS
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.chars().anyMatch(c -> c < 0x20)) {
            throw unsafe(name);
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")
                    || part.equals(".")
                    || part.equals(AppDirectory.RECORD)
                    || part.equals(Inventory.FILE)) {
                throw unsafe(name);
            }
        }
    }

    private AppPackage readManifest() throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw new BadPackageException("PackageInvalid", "expected `" + MANIFEST + "` in the package, found none");
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
        }
        if (bytes.length > MAX_MANIFEST_BYTES) {
            throw new BadPackageException("PackageInvalid", "`" + MANIFEST + "` is larger than 1 MiB");
        }
        try {
            JsonObject json = JsonObject.parse(bytes);
            JsonObject app = json.object("app");
            List<String> permissions = new ArrayList<>();
            json.optionalObject("module")
                    .ifPresent(module ->
                            module.objects("requestPermissions", permission -> permission.string("name")).stream()
                                    .distinct()
                                    .forEach(permissions::add));
            long code = app.number("versionCode");
            if (code < 0 || code > Integer.MAX_VALUE) {
                throw new BadPackageException("PackageInvalid", "expected a version code below 2^31, found " + code);
            }
            return new AppPackage(
                    app.string("bundleName"),
                    code,
                    app.optionalString("versionName").orElse(""),
                    permissions);
        } catch (ProtocolException e) {
            throw new BadPackageException("PackageInvalid", "`" + MANIFEST + "`: " + e.getMessage());
        }
    }

    private static BadPackageException unsafe(String name) {
        return new BadPackageException("PackageUnsafe", "entry `" + name + "` would leave the app's directory");
    }

    private static BadPackageException tooLarge() {
        return new BadPackageException(
                "PackageTooLarge", "expected at most " + MAX_CONTENT_BYTES + " bytes of content, found more");
    }
}

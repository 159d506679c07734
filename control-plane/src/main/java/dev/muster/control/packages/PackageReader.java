package dev.muster.control.packages;

import dev.muster.control.packages.PackageInfo.Model;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.control.packages.ZipLayout.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens a {@code .hap}, {@code .hsp} or {@code .app}: checks its container and all contents, reads its manifest, checks its
 * signature and profile. The file is never in memory as a whole; modules of an App Pack that are packed once more are
 * unpacked to a scratch file that is gone afterwards. Thread-safe.
 */
public final class PackageReader {
    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final int MAX_MODULES = 256;
    private static final long MAX_UNPACKED_BYTES = 4L << 30;

    private final SignatureReader signatures;
    private final boolean requireSignature;
    private final Path scratch;

    /**
     * A reader.
     *
     * @param requireSignature refuse packages without one, as release builds of the system do
     * @param scratch an existing directory for modules that have to be unpacked to be read
     */
    public PackageReader(KnownRoots roots, boolean requireSignature, Clock clock, Path scratch) {
        this.signatures = new SignatureReader(roots, clock);
        this.requireSignature = requireSignature;
        this.scratch = scratch;
    }

    /** Reads {@code file}; {@link PackageRefused} when it must not be handed on. */
    public PackageInfo read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            PackageInfo info = read(FileSlice.of(channel));
            if (requireSignature && info.signature() instanceof Signature.Unsigned) {
                throw new PackageRefused(Code.UNSIGNED, "expected a signed package, found none of its modules signed");
            }
            return info;
        }
    }

    private PackageInfo read(FileSlice file) throws IOException {
        ZipLayout zip = layout(file, MAX_UNPACKED_BYTES);
        if (hasManifest(zip)) {
            return module(zip);
        }
        Optional<Entry> packInfo = zip.find(AppPack.PACK_INFO);
        List<Entry> modules =
                zip.entries().stream().filter(PackageReader::isModule).toList();
        if (packInfo.isEmpty() || modules.isEmpty()) {
            throw new PackageRefused(
                    Code.MANIFEST_MISSING,
                    "expected `module.json`, `config.json`, or `pack.info` and modules in the package, found none");
        }
        if (modules.size() > MAX_MODULES) {
            throw new PackageRefused(
                    Code.TOO_LARGE, "expected at most " + MAX_MODULES + " modules, found " + modules.size());
        }
        // One budget for all of them, or 256 modules would be 256 bombs.
        long left = MAX_UNPACKED_BYTES;
        List<PackageInfo> parts = new ArrayList<>();
        for (Entry entry : modules) {
            Part part = part(zip, entry, left);
            left -= part.unpacked();
            parts.add(part.info());
        }
        PackageInfo app = AppPack.of(parts, zip.bytes(packInfo.get(), MAX_MANIFEST_BYTES));
        // Devices install the modules, so theirs is what counts; one around them must hold all the same.
        signatures.read(zip, app.bundle());
        return app;
    }

    private record Part(PackageInfo info, long unpacked) {}

    private Part part(ZipLayout pack, Entry entry, long maxUnpacked) throws IOException {
        try {
            if (entry.stored()) {
                return part(pack.stored(entry), maxUnpacked);
            }
            Path file = Files.createTempFile(scratch, "upload-", ".part");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                OutputStream out = Channels.newOutputStream(channel);
                try (InputStream in = pack.open(entry)) {
                    in.transferTo(out);
                }
                return part(FileSlice.of(channel), maxUnpacked);
            }
        } catch (PackageRefused e) {
            throw new PackageRefused(e.code(), "`" + entry.name() + "`: " + e.getMessage(), e);
        }
    }

    private Part part(FileSlice file, long maxUnpacked) throws IOException {
        ZipLayout zip = layout(file, maxUnpacked);
        if (!hasManifest(zip)) {
            throw new PackageRefused(
                    Code.MANIFEST_MISSING, "expected `module.json` or `config.json` in the module, found neither");
        }
        return new Part(
                module(zip), zip.entries().stream().mapToLong(Entry::size).sum());
    }

    private static ZipLayout layout(FileSlice file, long maxUnpacked) throws IOException {
        ZipLayout zip = ZipLayout.read(file, maxUnpacked);
        zip.checkContents();
        return zip;
    }

    private PackageInfo module(ZipLayout zip) throws IOException {
        Optional<Entry> stage = zip.find(PackageManifest.STAGE);
        Optional<Entry> fa = zip.find(PackageManifest.FA);
        if (stage.isPresent() && fa.isPresent()) {
            throw new PackageRefused(
                    Code.MANIFEST_INVALID, "expected `module.json` or `config.json` in the package, found both");
        }
        PackageInfo info = stage.isPresent()
                ? PackageManifest.parse(Model.STAGE, zip.bytes(stage.get(), MAX_MANIFEST_BYTES))
                : PackageManifest.parse(Model.FA, zip.bytes(fa.orElseThrow(), MAX_MANIFEST_BYTES));
        return info.signed(signatures.read(zip, info.bundle()));
    }

    private static boolean hasManifest(ZipLayout zip) {
        return zip.find(PackageManifest.STAGE).isPresent()
                || zip.find(PackageManifest.FA).isPresent();
    }

    private static boolean isModule(Entry entry) {
        return entry.name().indexOf('/') < 0
                && (entry.name().endsWith(".hap") || entry.name().endsWith(".hsp"));
    }
}

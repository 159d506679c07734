package dev.muster.agent.bundle;

import dev.muster.agent.store.ContentDigest;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.bundle.BundleIndex;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.trust.TrustException;
import dev.muster.trust.client.MetadataFetcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An opened bundle. Metadata is read once and kept, so that what was checked is what is used, whoever has the stick. For one
 * thread.
 */
final class BundleFile implements ContentSource, AutoCloseable {
    private static final int MAX_INDEX_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] MAGIC = {'P', 'K', 3, 4};

    private final ZipFile zip;
    private final DeviceRef device;
    private final Map<String, Optional<byte[]>> read = new HashMap<>();

    private BundleFile(ZipFile zip, DeviceRef device) {
        this.zip = zip;
        this.device = device;
    }

    /** Opens a bundle that says it is for {@code device}. */
    static BundleFile open(Path file, DeviceRef device) throws BundleRefusedException {
        requireReadable(file);
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw notOpened(file, e);
        }
        BundleFile bundle = new BundleFile(zip, device);
        try {
            bundle.requireFor(device);
            return bundle;
        } catch (BundleRefusedException | RuntimeException e) {
            bundle.close();
            throw e;
        }
    }

    private static void requireReadable(Path file) throws BundleRefusedException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new BundleRefusedException("unreadable", "expected a file that the agent may read at `" + file + "`");
        }
    }

    private static BundleRefusedException notOpened(Path file, IOException cause) {
        try (InputStream in = Files.newInputStream(file)) {
            if (java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                return new BundleRefusedException(
                        "truncated",
                        "expected a whole bundle, found one whose end is missing or damaged: " + cause.getMessage());
            }
        } catch (IOException e) {
            return new BundleRefusedException("unreadable", "`" + file + "`: " + e.getMessage());
        }
        return new BundleRefusedException("not-a-bundle", "expected a bundle, found another kind of file");
    }

    private void requireFor(DeviceRef wanted) throws BundleRefusedException {
        BundleIndex index;
        try {
            index = BundleIndex.fromJson(entry(BundleIndex.ENTRY, MAX_INDEX_BYTES)
                    .orElseThrow(() -> new BundleRefusedException(
                            "not-a-bundle", "expected `" + BundleIndex.ENTRY + "` in the file, found none")));
        } catch (ProtocolException | TrustException | IOException e) {
            throw new BundleRefusedException("altered", "the index of the bundle cannot be read: " + e.getMessage());
        }
        if (!index.tenant().equals(wanted.tenant()) || !index.devices().contains(wanted.device())) {
            throw new BundleRefusedException(
                    "other-device",
                    "expected a bundle for `" + wanted + "`, found one of tenant `"
                            + index.tenant().value() + "` for " + index.devices());
        }
    }

    /** The director repository as this device sees it. */
    MetadataFetcher director() {
        return (name, most) -> file(BundleIndex.director(device.device(), name), most);
    }

    /** The image repository. */
    MetadataFetcher images() {
        return (name, most) -> file(BundleIndex.images(name), most);
    }

    private Optional<byte[]> file(String name, long most) throws IOException {
        Optional<byte[]> known = read.get(name);
        if (known == null) {
            known = entry(name, most);
            read.put(name, known);
        }
        return known;
    }

    private Optional<byte[]> entry(String name, long most) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            return Optional.empty();
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, most + 1));
            if (bytes.length > most) {
                throw new TrustException.Length(name, most, "more");
            }
            return Optional.of(bytes);
        }
    }

    /**
     * Reads the bytes of a target through, so that nothing is begun that the file cannot finish.
     *
     * @param progress told how many bytes of it were read
     */
    void requireWhole(String name, String sha256, long length, LongConsumer progress) throws BundleRefusedException {
        ZipEntry entry = zip.getEntry(BundleIndex.target(sha256));
        if (entry == null) {
            throw new BundleRefusedException(
                    "incomplete", "expected the bytes of `" + name + "`, found none in the bundle");
        }
        MessageDigest digest = ContentDigest.begin();
        long total = 0;
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int count;
            while (total <= length && (count = in.read(buffer)) >= 0) {
                digest.update(buffer, 0, count);
                total += count;
                progress.accept(total);
            }
        } catch (ZipException e) {
            throw altered(name, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new BundleRefusedException("unreadable", "`" + name + "` cannot be read: " + e.getMessage());
        }
        if (total != length || !ContentDigest.end(digest).equals(sha256)) {
            throw altered(name, "others");
        }
    }

    private static BundleRefusedException altered(String name, String found) {
        return new BundleRefusedException(
                "altered", "expected the bytes of `" + name + "` that were signed for, found " + found);
    }

    @Override
    public Part open(String sha256, long offset) throws IOException {
        ZipEntry entry = zip.getEntry(BundleIndex.target(sha256));
        if (entry == null) {
            throw new MissingException("the bundle does not have target `" + sha256 + "`");
        }
        InputStream in = zip.getInputStream(entry);
        try {
            in.skipNBytes(offset);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return new Bytes(offset, in);
    }

    private record Bytes(long offset, InputStream stream) implements Part {
        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            // Nothing was written, and nothing more is read.
        }
    }
}

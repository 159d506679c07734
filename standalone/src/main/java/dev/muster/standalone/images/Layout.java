package dev.muster.standalone.images;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.dist.PackageTree;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * An OCI image layout (image-spec, image-layout.md): one folder with any number of images, whose equal layers lie in it once.
 *
 * @param folder with {@code oci-layout}, {@code index.json} and {@code blobs/sha256}
 */
record Layout(Path folder) {
    /** The annotation by which tools find an image in a layout. */
    static final String REF_NAME = "org.opencontainers.image.ref.name";

    private static final String MARK = "oci-layout";
    private static final int BUFFER_BYTES = 1 << 16;

    /** Whether {@code folder} is one, so that it may be replaced by another. */
    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(MARK));
    }

    /** An empty one; what was there is gone. */
    static Layout create(Path folder) throws IOException {
        PackageTree.delete(folder);
        Layout layout = new Layout(folder);
        Files.createDirectories(layout.blobs());
        Files.writeString(folder.resolve(MARK), "{\"imageLayoutVersion\":\"1.0.0\"}\n");
        return layout;
    }

    /** One that was built before. */
    static Layout open(Path folder) {
        if (!isOne(folder)) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT,
                    "expected images in `" + folder + "`, found none; make them by `./muster images build`");
        }
        return new Layout(folder);
    }

    private Path blobs() {
        return folder.resolve("blobs/sha256");
    }

    /** Where the content named {@code digest} lies. */
    Path blob(String digest) {
        String hex = digest.startsWith(Digest.PREFIX) ? digest.substring(Digest.PREFIX.length()) : "";
        if (!hex.matches("[0-9a-f]{64}")) {
            throw damaged("expected a digest of SHA-256, found `" + digest + "`");
        }
        return blobs().resolve(hex);
    }

    Layer add(LayerFiles files, String what, Instant time) throws IOException {
        Path partial = folder.resolve("layer.partial");
        MessageDigest outer = Digest.sha256();
        MessageDigest inner = Digest.sha256();
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(partial), outer);
                OutputStream tar = new DigestOutputStream(new GZIPOutputStream(file, BUFFER_BYTES), inner)) {
            files.writeTo(tar, time);
        }
        Descriptor blob = new Descriptor(Descriptor.LAYER, Digest.of(outer), Files.size(partial));
        Path place = blob(blob.digest());
        if (Files.exists(place)) {
            Files.delete(partial);
        } else {
            Files.move(partial, place);
        }
        return new Layer(blob, Digest.of(inner), what);
    }

    Descriptor add(Map<String, Object> json, String mediaType) throws IOException {
        byte[] bytes = JSON.std.asBytes(json);
        Descriptor descriptor = new Descriptor(mediaType, Digest.of(bytes), bytes.length);
        Files.write(blob(descriptor.digest()), bytes);
        return descriptor;
    }

    /** Names {@code images}, which are in it already: with this it is whole. */
    void name(List<Descriptor> images) throws IOException {
        Files.write(folder.resolve("index.json"), JSON.std.asBytes(index(images, Map.of())));
    }

    /** The document that lists {@code manifests}. */
    static Map<String, Object> index(List<Descriptor> manifests, Map<String, String> annotations) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", Descriptor.INDEX);
        index.put("manifests", manifests.stream().map(Descriptor::json).toList());
        if (!annotations.isEmpty()) {
            index.put("annotations", annotations);
        }
        return index;
    }

    /** The images that it names. */
    List<Descriptor> images() throws IOException {
        return descriptors(read(folder.resolve("index.json")), "manifests");
    }

    /** What {@code document}, an index or a manifest, needs before it: in that order, configurations and layers last. */
    List<Descriptor> below(Descriptor document) throws IOException {
        Map<String, Object> json = read(blob(document.digest()));
        return switch (document.mediaType()) {
            case Descriptor.INDEX -> descriptors(json, "manifests");
            case Descriptor.MANIFEST -> {
                List<Descriptor> all = new ArrayList<>(descriptors(Map.of("config", List.of(part(json))), "config"));
                all.addAll(descriptors(json, "layers"));
                yield List.copyOf(all);
            }
            default -> throw damaged("expected an index or a manifest, found `" + document.mediaType() + "`");
        };
    }

    private Object part(Map<String, Object> manifest) {
        Object config = manifest.get("config");
        if (config == null) {
            throw damaged("expected a manifest with `config`, found none");
        }
        return config;
    }

    /** Bytes of a document, checked: a layout that was carried over may have been damaged on the way. */
    byte[] content(Descriptor document) throws IOException {
        byte[] bytes = Files.readAllBytes(blob(document.digest()));
        if (!Digest.of(bytes).equals(document.digest())) {
            throw damaged("expected `" + document.digest() + "`, found `" + Digest.of(bytes) + "`");
        }
        return bytes;
    }

    private List<Descriptor> descriptors(Map<String, Object> json, String field) {
        if (!(json.get(field) instanceof List<?> list)) {
            throw damaged("expected a list `" + field + "`, found none");
        }
        List<Descriptor> found = new ArrayList<>();
        for (Object one : list) {
            if (!(one instanceof Map<?, ?> map
                    && map.get("mediaType") instanceof String mediaType
                    && map.get("digest") instanceof String digest
                    && map.get("size") instanceof Number size)) {
                throw damaged("expected mediaType, digest and size in `" + field + "`, found `" + one + "`");
            }
            found.add(new Descriptor(mediaType, digest, size.longValue(), Optional.empty(), annotations(map)));
        }
        return found;
    }

    private static Map<String, String> annotations(Map<?, ?> descriptor) {
        Map<String, String> annotations = new LinkedHashMap<>();
        if (descriptor.get("annotations") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> annotations.put(String.valueOf(key), String.valueOf(value)));
        }
        return annotations;
    }

    private Map<String, Object> read(Path file) {
        try {
            return JSON.std.mapFrom(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw damaged("`" + file.getFileName() + "` cannot be read: " + e.getMessage());
        }
    }

    private StandaloneException damaged(String what) {
        return new StandaloneException(ExitCode.FAILED, "the images in `" + folder + "` are damaged: " + what);
    }
}

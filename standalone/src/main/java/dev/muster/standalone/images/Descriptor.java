package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What names a content in an image: the OCI's descriptor.
 *
 * @param digest {@code sha256:HEX}
 * @param size in bytes
 * @param architecture of a manifest within an index
 */
record Descriptor(
        String mediaType,
        String digest,
        long size,
        Optional<Architecture> architecture,
        Map<String, String> annotations) {
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    Descriptor {
        annotations = Map.copyOf(annotations);
    }

    Descriptor(String mediaType, String digest, long size) {
        this(mediaType, digest, size, Optional.empty(), Map.of());
    }

    Descriptor of(Architecture one) {
        return new Descriptor(mediaType, digest, size, Optional.of(one), annotations);
    }

    Descriptor named(Map<String, String> names) {
        return new Descriptor(mediaType, digest, size, architecture, names);
    }

    /** In the order of the specification, always the same. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", mediaType);
        json.put("digest", digest);
        json.put("size", size);
        architecture.ifPresent(one -> json.put("platform", platform(one)));
        if (!annotations.isEmpty()) {
            json.put("annotations", new TreeMap<>(annotations));
        }
        return json;
    }

    private static Map<String, Object> platform(Architecture architecture) {
        Map<String, Object> platform = new LinkedHashMap<>();
        platform.put("architecture", architecture.debian());
        platform.put("os", "linux");
        return platform;
    }
}

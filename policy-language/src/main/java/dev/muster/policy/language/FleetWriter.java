package dev.muster.policy.language;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes documents that {@link FleetParser} reads. Stateless. */
public final class FleetWriter {
    private static final int WIDTH = 120;

    private FleetWriter() {}

    /** A document, with the end of its last line; {@code spec} as lists, maps, texts, numbers and truth values. */
    public static String yaml(String kind, String name, String description, Map<String, @Nullable Object> spec) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        if (!description.isEmpty()) {
            metadata.put("description", description);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "muster.dev/v1");
        document.put("kind", kind);
        document.put("metadata", metadata);
        document.put("spec", spec);
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(WIDTH);
        // Anchors, which the reader refuses, are made for what stands in two places as the same object.
        options.setAnchorGenerator(node -> {
            throw new IllegalArgumentException("one object in two places of " + kind + " `" + name + "`");
        });
        return new Yaml(options).dump(document);
    }
}

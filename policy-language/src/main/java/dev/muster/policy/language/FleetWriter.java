package dev.muster.policy.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "muster.dev/v1");
        document.put("kind", kind);
        document.put("metadata", metadata);
        document.put("spec", copy(spec));
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(WIDTH);
        return new Yaml(options).dump(document);
    }

    // One object in two places would become an anchor, which the reader refuses.
    private static @Nullable Object copy(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((name, inner) -> copy.put(name, copy(inner)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(copy(inner)));
                yield copy;
            }
            case null, default -> value;
        };
    }
}

package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema editors use and the parser must not drift apart. */
class SchemaTest {
    @Test
    void namesTheKindsAndFieldsTheParserReads() throws IOException {
        Map<String, Object> schema = schema();
        Map<String, Object> definitions = map(schema, "$defs");
        Map<String, Set<String>> fields = new HashMap<>();
        for (Object one : (List<?>) Objects.requireNonNull(schema.get("oneOf"))) {
            Map<String, Object> properties = map(asMap(one), "properties");
            String kind = String.valueOf(map(properties, "kind").get("const"));
            String reference = String.valueOf(map(properties, "spec").get("$ref"));
            Map<String, Object> spec = map(definitions, reference.substring("#/$defs/".length()));
            fields.put(kind, map(spec, "properties").keySet());
        }

        assertThat(fields).isEqualTo(DocumentReader.KINDS);
        assertThat(map(map(schema, "properties"), "apiVersion").get("const")).isEqualTo(DocumentReader.API_VERSION);
        assertThat(map(map(schema, "properties"), "kind").get("enum"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrderElementsOf(DocumentReader.KINDS.keySet());
    }

    private static Map<String, Object> schema() throws IOException {
        try (InputStream in = Objects.requireNonNull(SchemaTest.class.getResourceAsStream("policy.schema.json"))) {
            // JSON is YAML enough for this.
            return asMap(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
        }
    }

    private static Map<String, Object> map(Map<String, Object> from, String name) {
        return asMap(Objects.requireNonNull(from.get(name), name));
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}

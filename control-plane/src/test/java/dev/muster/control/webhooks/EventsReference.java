package dev.muster.control.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code docs/reference/asyncapi.yaml} says, and whether something is as it says. */
final class EventsReference {
    private static final Path REFERENCE = Path.of("..", "docs", "reference");

    private final Map<?, ?> document;

    EventsReference() {
        document = (Map<?, ?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(text("asyncapi.yaml"));
    }

    static String text(String file) {
        try {
            return Files.readString(REFERENCE.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is behind the names, one below the other. */
    Map<?, ?> at(String... names) {
        return at(document, names);
    }

    static Map<?, ?> at(Map<?, ?> in, String... names) {
        Map<?, ?> found = in;
        for (String name : names) {
            Object next = found.get(name);
            assertThat(next).as(String.join("/", names)).isInstanceOf(Map.class);
            found = (Map<?, ?>) next;
        }
        return found;
    }

    /** What {@code #/a/b/c} points at, or the map itself if it points nowhere. */
    Map<?, ?> resolved(Map<?, ?> map) {
        return map.get("$ref") instanceof String ref ? at(ref.substring("#/".length()).split("/", -1)) : map;
    }

    /** Examples of a message of components. */
    List<?> examples(String message) {
        List<?> examples = (List<?>) at("components", "messages", message).get("examples");
        assertThat(examples).as(message).isNotEmpty();
        return examples.stream()
                .map(example -> ((Map<?, ?>) example).get("payload"))
                .toList();
    }

    /** A failure unless the event's data are as the schema of its type says. */
    void assertDescribed(JsonObject event) {
        String type = event.string("type");
        String message = at("components", "messages").entrySet().stream()
                .filter(entry -> type.equals(((Map<?, ?>) entry.getValue()).get("name")))
                .map(entry -> entry.getKey().toString())
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected `" + type + "` in asyncapi.yaml"));
        assertDescribed(type + ": CloudEvent", event.members(), at("components", "schemas", "CloudEvent"));
        assertDescribed(
                type, event.object("data").members(), at("components", "schemas", message + "Data"));
    }

    private static void assertDescribed(String what, Object value, Map<?, ?> schema) {
        Object type = schema.get("type");
        if (type != null) {
            assertThat(value)
                    .as("%s is of type %s", what, type)
                    .isInstanceOf(
                            switch (type.toString()) {
                                case "object" -> Map.class;
                                case "array" -> List.class;
                                case "string" -> String.class;
                                case "boolean" -> Boolean.class;
                                default -> Number.class;
                            });
        }
        if ("integer".equals(type)) {
            assertThat(value).as(what).isInstanceOfAny(Integer.class, Long.class);
        }
        if (schema.get("enum") instanceof List<?> allowed) {
            assertThat(allowed.stream().map(Object::toString)).as(what).contains(value.toString());
        }
        if ("date-time".equals(schema.get("format"))) {
            OffsetDateTime.parse(value.toString());
        }
        if (value instanceof Map<?, ?> members && schema.get("properties") instanceof Map<?, ?> properties) {
            Set<String> names = new TreeSet<>();
            members.keySet().forEach(name -> names.add(name.toString()));
            assertThat(properties.keySet().stream().map(Object::toString)).as(what).containsAll(names);
            if (schema.get("required") instanceof List<?> required) {
                assertThat(names).as(what).containsAll(required.stream().map(Object::toString).toList());
            }
            members.forEach((name, member) ->
                    assertDescribed(what + "." + name, member, (Map<?, ?>) properties.get(name)));
        }
    }
}

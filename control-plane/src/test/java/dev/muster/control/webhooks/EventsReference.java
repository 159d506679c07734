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
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code docs/reference/asyncapi.yaml} says, and whether something is as it says. */
final class EventsReference {
    /** Where it lies. */
    static final Path FOLDER = Path.of("..", "docs", "reference");

    private final JsonObject document;

    EventsReference() {
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(text("asyncapi.yaml"));
        document = JsonObject.of(yaml);
    }

    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is behind the names, one below the other. */
    JsonObject at(String... names) {
        JsonObject found = document;
        for (String name : names) {
            found = found.object(name);
        }
        return found;
    }

    /** A message of components, such as {@code DeviceState}. */
    JsonObject message(String name) {
        return at("components", "messages", name);
    }

    /** What messages a channel has. */
    Set<String> messages(String channel) {
        Set<String> names = at("channels", channel, "messages").members().keySet();
        for (String name : names) {
            assertThat(at("channels", channel, "messages", name).string("$ref"))
                    .isEqualTo("#/components/messages/" + name);
        }
        return names;
    }

    /** Examples of a message. */
    List<JsonObject> examples(String message) {
        List<JsonObject> examples = message(message).objects("examples", example -> example.object("payload"));
        assertThat(examples).as(message).isNotEmpty();
        return examples;
    }

    /** A failure unless the event is as the schema of its type says. */
    void assertDescribed(JsonObject event) {
        String type = event.string("type");
        String message = messages("webhook").stream()
                .filter(name -> message(name).string("name").equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected `" + type + "` in asyncapi.yaml"));
        assertDescribed(type + " envelope", event, at("components", "schemas", "CloudEvent"));
        assertDescribed(type, event.object("data"), at("components", "schemas", message + "Data"));
    }

    private static void assertDescribed(String what, JsonObject value, JsonObject schema) {
        Set<String> names = value.members().keySet();
        if (schema.has("required")) {
            assertThat(names).as(what).containsAll(schema.strings("required"));
        }
        if (!schema.has("properties")) {
            return;
        }
        JsonObject properties = schema.object("properties");
        assertThat(properties.members().keySet()).as(what).containsAll(names);
        value.members().forEach((name, member) -> {
            JsonObject property = properties.object(name);
            assertDescribed(what + "." + name, member, property);
            if (member instanceof Map<?, ?>) {
                assertDescribed(what + "." + name, value.object(name), property);
            }
        });
    }

    private static void assertDescribed(String what, @Nullable Object value, JsonObject schema) {
        Class<?> expected =
                switch (schema.string("type")) {
                    case "object" -> Map.class;
                    case "array" -> List.class;
                    case "boolean" -> Boolean.class;
                    case "integer", "number" -> Number.class;
                    default -> String.class;
                };
        assertThat(value).as(what).isInstanceOf(expected);
        if (schema.string("type").equals("integer")) {
            assertThat(value).as(what).isInstanceOfAny(Integer.class, Long.class);
        }
        if (schema.has("enum")) {
            assertThat(schema.strings("enum")).as(what).contains(String.valueOf(value));
        }
        if (schema.optionalString("format").filter("date-time"::equals).isPresent()) {
            assertThat(OffsetDateTime.parse(String.valueOf(value))).as(what).isNotNull();
        }
    }
}

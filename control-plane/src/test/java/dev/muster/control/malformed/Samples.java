package dev.muster.control.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a plausible value of a schema of the OpenAPI document: a good body to begin with. */
final class Samples {
    private static final int DEEPEST = 5;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode document;

    Samples(JsonNode document) {
        this.document = document;
    }

    JsonNode resolved(JsonNode schema) {
        JsonNode found = schema;
        while (found.has("$ref")) {
            found = document.at(found.get("$ref").asText().substring(1));
        }
        for (String choice : List.of("allOf", "oneOf", "anyOf")) {
            if (found.path(choice).isArray() && !found.path(choice).isEmpty()) {
                return resolved(found.get(choice).get(0));
            }
        }
        return found;
    }

    JsonNode of(JsonNode schema) {
        return of(schema, 0);
    }

    private JsonNode of(JsonNode unresolved, int depth) {
        JsonNode schema = resolved(unresolved);
        if (schema.path("enum").isArray()) {
            return schema.get("enum").get(0);
        }
        return switch (type(schema)) {
            case "integer" -> JSON.numberNode(1);
            case "number" -> JSON.numberNode(1.5);
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> {
                ArrayNode array = JSON.arrayNode();
                if (depth < DEEPEST) {
                    array.add(of(schema.path("items"), depth + 1));
                }
                yield array;
            }
            case "object" -> object(schema, depth);
            default -> JSON.textNode(text(schema.path("format").asText()));
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        if (depth < DEEPEST) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                object.set(property.getKey(), of(property.getValue(), depth + 1));
            }
            if (schema.path("additionalProperties").isObject()) {
                object.set("key", of(schema.get("additionalProperties"), depth + 1));
            }
        }
        return object;
    }

    /** The first of a schema's types: OpenAPI 3.1 lists {@code null} beside the real one. */
    static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (!one.asText().equals("null")) {
                    return one.asText();
                }
            }
        }
        return type.asText(schema.has("properties") ? "object" : "string");
    }

    private static String text(String format) {
        return switch (format) {
            case "date-time" -> "2026-01-01T00:00:00Z";
            case "duration" -> "PT1H";
            case "uuid" -> "0192d3a0-0000-7000-8000-000000000000";
            case "uri" -> "https://example.org/";
            default -> "x";
        };
    }

    /** The places of {@code value}, as JSON pointers, its own first. */
    static List<String> places(JsonNode value) {
        List<String> found = new ArrayList<>();
        walk(value, "", found);
        return found;
    }

    private static void walk(JsonNode value, String at, List<String> found) {
        found.add(at);
        if (value.isObject()) {
            value.properties().forEach(member -> walk(member.getValue(), at + "/" + escape(member.getKey()), found));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                walk(value.get(i), at + "/" + i, found);
            }
        }
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}

package dev.muster.control.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;

/** Goes through the types that operations answer with and take, and through what the document says of them, side by side. */
final class DocumentedTypes {
    private static final String CONSTANTS = "enum";

    private final JsonNode document;
    private final ObjectMapper mapper;
    private final Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> walked = new HashSet<>();
    private final List<String> complaints = new ArrayList<>();
    private int operations;

    DocumentedTypes(JsonNode document, ObjectMapper mapper) {
        this.document = document;
        this.mapper = mapper;
    }

    /** What differs. */
    List<String> complaints() {
        return complaints;
    }

    /** How many operations were found in the document by their paths. */
    int operations() {
        return operations;
    }

    /** How many enumerations were compared with a type. */
    int compared() {
        return seen.size();
    }

    /** Enumerations of schemas and properties (not of parameters, which are texts in Java) that nothing led to. */
    List<String> unseen() {
        List<String> found = new ArrayList<>();
        Set<String> ofParameters = new HashSet<>();
        document.path("paths").forEach(path -> path.findValues("parameters")
                .forEach(list -> list.findValuesAsText("$ref").forEach(ofParameters::add)));
        document.path("components").path("schemas").properties().forEach(schema -> {
            if (!ofParameters.contains("#/components/schemas/" + schema.getKey())) {
                unseen(schema.getKey(), schema.getValue(), found);
            }
        });
        return found;
    }

    private void unseen(String where, JsonNode node, List<String> found) {
        if (node.path(CONSTANTS).isArray() && !seen.contains(node)) {
            found.add(where);
        }
        node.properties().forEach(member -> unseen(where + "." + member.getKey(), member.getValue(), found));
    }

    void walk(List<Class<?>> resources) {
        for (Class<?> resource : resources) {
            for (Method method : resource.getDeclaredMethods()) {
                verb(method).ifPresent(verb -> operation(verb, path(resource, method), method));
            }
        }
    }

    private void operation(String verb, String path, Method method) {
        JsonNode operation = document.path("paths").path(path).path(verb);
        if (operation.isMissingNode()) {
            complaints.add("no `" + verb + " " + path + "` in the document");
            return;
        }
        operations++;
        for (JsonNode response : operation.path("responses")) {
            walk(path, method.getGenericReturnType(), json(response), Map.of(), false);
        }
        for (Parameter parameter : method.getParameters()) {
            if (parameter.getType().isRecord()) {
                walk(path, parameter.getParameterizedType(), json(operation.path("requestBody")), Map.of(), true);
            }
        }
    }

    private static Optional<String> verb(Method method) {
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> Objects.requireNonNull(type.getAnnotation(HttpMethod.class))
                        .value()
                        .toLowerCase(Locale.ROOT))
                .findFirst();
    }

    private static String path(Class<?> resource, Method method) {
        Path own = method.getAnnotation(Path.class);
        String text = "/api/v1/"
                + Objects.requireNonNull(resource.getAnnotation(Path.class)).value() + "/"
                + (own == null ? "" : own.value());
        String plain = text.replaceAll("\\{\\s*(\\w+)\\s*:[^}]*}", "{$1}").replaceAll("/+", "/");
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private static JsonNode json(JsonNode part) {
        return part.path("content").path("application/json").path("schema");
    }

    private void walk(String where, Type type, JsonNode written, Map<TypeVariable<?>, Type> bound, boolean read) {
        JsonNode schema = resolved(document, written);
        switch (type) {
            case TypeVariable<?> variable -> {
                Type meant = bound.get(variable);
                if (meant != null) {
                    walk(where, meant, written, bound, read);
                }
            }
            case ParameterizedType generic
            when generic.getRawType() instanceof Class<?> raw -> {
                Type[] arguments = generic.getActualTypeArguments();
                if (Collection.class.isAssignableFrom(raw)) {
                    walk(where + "[]", arguments[0], schema.path("items"), bound, read);
                } else if (Map.class.isAssignableFrom(raw)) {
                    walk(where + "{}", arguments[1], schema.path("additionalProperties"), bound, read);
                } else if (raw == Optional.class || raw == RestResponse.class) {
                    walk(where, arguments[0], written, bound, read);
                } else if (raw.isRecord()) {
                    Map<TypeVariable<?>, Type> inner = new HashMap<>();
                    for (int i = 0; i < arguments.length; i++) {
                        Type argument = arguments[i];
                        inner.put(
                                raw.getTypeParameters()[i],
                                argument instanceof TypeVariable<?> outer
                                        ? bound.getOrDefault(outer, outer)
                                        : argument);
                    }
                    members(where, raw, schema, inner, read);
                }
            }
            case Class<?> plain when plain.isEnum() -> constants(where, plain, schema, read);
            case Class<?> plain when plain.isRecord() -> members(where, plain, schema, Map.of(), read);
            default -> {}
        }
    }

    private void members(String where, Class<?> type, JsonNode schema, Map<TypeVariable<?>, Type> bound, boolean read) {
        if (schema.path("properties").isMissingNode()
                || !walked.add(type.getName() + bound + schema.hashCode() + read)) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            walk(
                    where + " " + type.getSimpleName() + "." + component.getName(),
                    component.getGenericType(),
                    schema.path("properties").path(component.getName()),
                    bound,
                    read);
        }
    }

    private void constants(String where, Class<?> type, JsonNode schema, boolean read) {
        seen.add(schema);
        List<String> said = new ArrayList<>();
        schema.path(CONSTANTS).forEach(word -> said.add(word.asText()));
        Object[] constants = Objects.requireNonNull(type.getEnumConstants());
        List<String> written = Arrays.stream(constants)
                .map(constant -> mapper.valueToTree(constant).asText())
                .toList();
        if (!said.equals(written)) {
            complaints.add(where + ": the server writes " + written + ", the document says " + said);
        }
        if (read) {
            for (int i = 0; i < written.size(); i++) {
                unreadable(type, written.get(i), constants[i]).ifPresent(complaints::add);
            }
        }
    }

    private Optional<String> unreadable(Class<?> type, String word, Object constant) {
        try {
            Object found = mapper.readValue(mapper.writeValueAsString(word), type);
            return constant.equals(found)
                    ? Optional.empty()
                    : Optional.of("`" + word + "` is read as " + found + ", not as " + constant);
        } catch (JsonProcessingException e) {
            return Optional.of("`" + word + "` is not read: " + e.getOriginalMessage());
        }
    }

    /** The schema itself; where it may be null, the one beside null. */
    static JsonNode resolved(JsonNode document, JsonNode schema) {
        JsonNode found = schema;
        if (found.path("anyOf").isArray()) {
            for (JsonNode one : found.path("anyOf")) {
                if (!one.path("type").asText().equals("null")) {
                    found = one;
                    break;
                }
            }
        }
        String reference = found.path("$ref").asText();
        return reference.isEmpty()
                ? found
                : resolved(
                        document,
                        document.path("components")
                                .path("schemas")
                                .path(reference.substring(reference.lastIndexOf('/') + 1)));
    }
}

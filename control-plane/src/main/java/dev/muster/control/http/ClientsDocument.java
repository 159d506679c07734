package dev.muster.control.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * Puts the OpenAPI document right for clients: names each operation after what it is about, so that generated clients read well: {@code
 * Devices_listPage}, {@code Devices_removeSparkplug}, tag {@code devices}. A name changes only with its path or its method of Java.
 * And it names the words of closed sets as they are on the wire.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ClientsDocument implements OASFilter {
    private static final Pattern PATH = Pattern.compile("/api/v\\d+/([^/]+)(.*)");
    private static final Pattern WORD = Pattern.compile("[^A-Za-z0-9]+([A-Za-z0-9])");
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getPaths() == null) {
            return;
        }
        Set<String> taken = new HashSet<>();
        // In order, so that of two that would have one name always the same gets it.
        Map<String, PathItem> paths = new TreeMap<>(document.getPaths().getPathItems());
        paths.forEach((path, item) -> new TreeMap<>(item.getOperations())
                .forEach((method, operation) -> name(operation, path, method.name(), taken)));
    }

    /** The scanner knows the names of constants in Java; clients get the words that the JSON has. */
    @Override
    public Schema filterSchema(Schema schema) {
        if (schema.getEnumeration() != null) {
            schema.setEnumeration(schema.getEnumeration().stream()
                    .map(value -> value instanceof String constant ? JsonForm.word(constant) : value)
                    .toList());
        }
        return schema;
    }

    private static void name(Operation operation, String path, String method, Set<String> taken) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return;
        }
        String about = matcher.group(1);
        operation.addTag(about);
        String verb = Optional.ofNullable(operation.getOperationId())
                .map(ClientsDocument::last)
                .orElseGet(() -> method.toLowerCase(Locale.ROOT));
        StringBuilder name = new StringBuilder(camel("-" + about)).append('_').append(verb);
        for (String word : PARAMETER.matcher(matcher.group(2)).replaceAll("").split("/", -1)) {
            // `suspend` of /devices/{id}/suspend says enough; `remove` of /devices/{id}/sparkplug does not.
            if (!word.isEmpty() && !camel("-" + word).equalsIgnoreCase(verb)) {
                name.append(camel("-" + word));
            }
        }
        if (name.toString().endsWith("_list")) {
            // A generator of Java keeps `list` for itself.
            name.append("Page");
        }
        while (!taken.add(name.toString())) {
            name.append(camel("-" + method.toLowerCase(Locale.ROOT)));
        }
        operation.setOperationId(name.toString());
    }

    private static String last(String id) {
        return id.substring(Math.max(id.lastIndexOf('.'), id.lastIndexOf('_')) + 1);
    }

    /** {@code -alert-rules} as {@code AlertRules}. */
    private static String camel(String text) {
        return WORD.matcher(text).replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
    }
}

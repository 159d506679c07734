package dev.muster.policy.language;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Trees as plain values, by the JSON schema of YAML 1.2: what is quoted is text, and {@code no} and {@code 22:00} are text too. */
final class YamlValues {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern DECIMAL =
            Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,17})?([eE][-+]?[0-9]{1,2})?");

    private YamlValues() {}

    /** Texts, numbers, truth values, null, lists and maps. */
    static @Nullable Object of(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> of(mapping);
            case YamlNode.Sequence sequence -> {
                List<@Nullable Object> items = new ArrayList<>();
                sequence.items().forEach(item -> items.add(of(item)));
                yield items;
            }
            case YamlNode.Scalar scalar ->
                scalar.style() == YamlNode.Style.PLAIN ? plain(scalar.text()) : scalar.text();
        };
    }

    static Map<String, @Nullable Object> of(YamlNode.Mapping mapping) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        mapping.fields().forEach(field -> members.put(field.name(), of(field.value())));
        return members;
    }

    private static @Nullable Object plain(String text) {
        if (text.isEmpty() || text.equals("null") || text.equals("~")) {
            return null;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        if (INTEGER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return DECIMAL.matcher(text).matches() ? new BigDecimal(text).doubleValue() : text;
    }
}

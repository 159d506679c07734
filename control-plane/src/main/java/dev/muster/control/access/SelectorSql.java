package dev.muster.control.access;

import cz.jirutka.rsql.parser.ast.AndNode;
import cz.jirutka.rsql.parser.ast.ComparisonNode;
import cz.jirutka.rsql.parser.ast.LogicalNode;
import cz.jirutka.rsql.parser.ast.Node;
import dev.muster.control.http.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns one parsed selector into SQL on the table {@code device}. Field names become fixed texts, values become
 * parameters: nothing a user wrote is ever part of the statement. Negation means "has no such": a device without a site
 * satisfies {@code site!=north}. Used once, by one thread.
 */
final class SelectorSql {
    private static final Set<String> STATUS = Set.of("pending", "active", "suspended", "retired");
    private static final Pattern FACT_KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final String FIELDS = "id, name, status, site, tag, hardware, serial, online, image, fact.<key>";

    private final String text;
    private final String device;
    private final String prefix;
    private final Map<String, Object> binds = new HashMap<>();
    private int comparisons;

    SelectorSql(String text, String alias, String prefix) {
        this.text = text;
        this.device = alias;
        this.prefix = prefix;
    }

    Map<String, Object> binds() {
        return binds;
    }

    int comparisons() {
        return comparisons;
    }

    String render(Node node) {
        return switch (node) {
            case ComparisonNode comparison -> comparison(comparison);
            case LogicalNode logical ->
                logical.getChildren().stream()
                        .map(this::render)
                        .collect(Collectors.joining(logical instanceof AndNode ? " and " : " or ", "(", ")"));
            default -> throw new IllegalStateException("expected a comparison, and, or or");
        };
    }

    private String comparison(ComparisonNode node) {
        comparisons++;
        String field = node.getSelector();
        if (field.startsWith("fact.")) {
            return fact(node, field.substring("fact.".length()));
        }
        return switch (field) {
            case "id" -> column(node, device + ".id");
            case "name" -> column(node, device + ".name");
            case "hardware" -> column(node, device + ".hardware");
            case "serial" -> column(node, "coalesce(" + device + ".serial, '')");
            case "status" -> status(node);
            case "site" -> site(node);
            case "tag" -> tag(node);
            case "online" -> online(node);
            case "image" -> image(node);
            default -> throw error(node, "expected one of the fields " + FIELDS + ", found `" + field + "`");
        };
    }

    private String column(ComparisonNode node, String column) {
        return equality(node, value -> matches(column, value));
    }

    private String status(ComparisonNode node) {
        for (String value : node.getArguments()) {
            if (!STATUS.contains(value)) {
                throw error(node, "expected pending, active, suspended or retired, found `" + value + "`");
            }
        }
        return equality(node, value -> device + ".status = " + bind(value));
    }

    // A site contains the sites below it; no name means no site.
    private String site(ComparisonNode node) {
        return equality(
                node,
                value -> value.isEmpty()
                        ? device + ".site is null"
                        : "coalesce(" + device + ".site in (with recursive below as (select s.name from site s where "
                                + matches("s.name", value)
                                + " union select c.name from site c join below b on c.parent = b.name) select name from below), false)");
    }

    /** What the device last said it runs; empty if it said nothing. */
    private String image(ComparisonNode node) {
        String version = "coalesce((select m.image_version from device_summary m where m.tenant = " + device
                + ".tenant and m.device = " + device + ".id), '')";
        return equality(node, value -> matches(version, value));
    }

    private String tag(ComparisonNode node) {
        return equality(
                node,
                value -> "exists (select 1 from device_tag t where t.tenant = " + device + ".tenant and t.device = "
                        + device + ".id and " + matches("t.tag", value) + ")");
    }

    private String online(ComparisonNode node) {
        for (String value : node.getArguments()) {
            if (!value.equals("true") && !value.equals("false")) {
                throw error(node, "expected true or false, found `" + value + "`");
            }
        }
        return equality(
                node,
                value -> (value.equals("true") ? "" : "not ")
                        + "exists (select 1 from device_presence p where p.tenant = " + device
                        + ".tenant and p.device = " + device + ".id and p.online)");
    }

    private String fact(ComparisonNode node, String key) {
        if (!FACT_KEY.matcher(key).matches()) {
            throw error(node, "expected a fact such as `fact.os.api`, found `" + node.getSelector() + "`");
        }
        String row = "select 1 from device_fact f where f.tenant = " + device + ".tenant and f.device = " + device
                + ".id and f.key = " + bind(key) + " and ";
        String order =
                switch (node.getOperator().getSymbol()) {
                    case "=lt=" -> "<";
                    case "=le=" -> "<=";
                    case "=gt=" -> ">";
                    case "=ge=" -> ">=";
                    default -> "";
                };
        if (order.isEmpty()) {
            return equality(node, value -> "exists (" + row + matches("f.text", value) + ")");
        }
        String value = node.getArguments().getFirst();
        try {
            return "exists (" + row + "f.num " + order + " " + bind(Double.parseDouble(value)) + ")";
        } catch (NumberFormatException e) {
            throw error(node, "expected a number after `" + order + "`, found `" + value + "`");
        }
    }

    private String equality(ComparisonNode node, Function<String, String> one) {
        List<String> values = node.getArguments();
        String any = values.stream().map(one).collect(Collectors.joining(" or ", "(", ")"));
        return switch (node.getOperator().getSymbol()) {
            case "==", "=in=" -> any;
            case "!=", "=out=" -> "(not " + any + ")";
            default ->
                throw error(
                        node,
                        "expected ==, !=, =in= or =out= for `" + node.getSelector() + "`, found `"
                                + node.getOperator().getSymbol() + "`");
        };
    }

    // `*` at any place stands for any characters.
    private String matches(String column, String value) {
        if (value.indexOf('*') < 0) {
            return column + " = " + bind(value);
        }
        String pattern = value.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace('*', '%');
        return column + " like " + bind(pattern);
    }

    private String bind(Object value) {
        String name = prefix + binds.size();
        binds.put(name, value);
        return ":" + name;
    }

    private ProblemException error(ComparisonNode node, String detail) {
        return Selector.invalid(detail, text, Math.max(0, text.indexOf(node.getSelector())));
    }
}

package dev.muster.control.access;

import dev.muster.control.http.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns one parsed query into SQL on the table {@code device}. Field names become fixed texts, values become parameters:
 * nothing a user wrote is ever part of the statement. Negation means "has no such": a device without a site satisfies
 * {@code site!=north}. Used once, by one thread.
 */
final class SelectorSql {
    private static final Set<String> STATUS = Set.of("pending", "active", "suspended", "retired");
    private static final Pattern VERSION = Pattern.compile("-?[0-9]{1,18}([.+_-][A-Za-z0-9]{1,18}){0,15}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}([.][0-9]{1,18})?");

    private final String text;
    private final String device;
    private final String prefix;
    private final Map<String, Object> binds = new HashMap<>();

    SelectorSql(String text, String alias, String prefix) {
        this.text = text;
        this.device = alias;
        this.prefix = prefix;
    }

    Map<String, Object> binds() {
        return binds;
    }

    String render(Query query) {
        return switch (query) {
            case Query.Comparison comparison -> comparison(comparison);
            case Query.And and -> joined(and.parts(), " and ");
            case Query.Or or -> joined(or.parts(), " or ");
        };
    }

    private String joined(List<Query> parts, String word) {
        return parts.stream().map(this::render).collect(Collectors.joining(word, "(", ")"));
    }

    private String comparison(Query.Comparison asked) {
        QueryField field = QueryField.parse(asked.field())
                .orElseThrow(() -> Selector.invalid(QueryField.complaint(asked.field()), text, asked.at()));
        List<QueryOperator> suits = field.type().operators();
        if (!suits.contains(asked.operator())) {
            throw Selector.invalid(
                    "expected " + QueryOperator.signs(suits) + " for `" + asked.field() + "`, which is "
                            + field.type().shown() + ", found `"
                            + asked.operator().sign() + "`",
                    text,
                    asked.operatorAt());
        }
        return switch (field) {
            case ID -> text(asked, device + ".id");
            case NAME -> text(asked, device + ".name");
            case KIND -> text(asked, device + ".kind");
            case HARDWARE -> text(asked, device + ".hardware");
            case SERIAL -> text(asked, "coalesce(" + device + ".serial, '')");
            case UDID -> text(asked, "coalesce(" + device + ".udid, '')");
            case TYPE -> text(asked, "coalesce(" + device + ".type, '')");
            case STATUS -> status(asked);
            case SITE -> site(asked);
            case TAG -> any(asked, value -> beside("device_tag", matches("b.tag", value.text())));
            case GROUP -> any(asked, value -> beside("device_group_member", matches("b.name", value.text())));
            case ONLINE -> online(asked);
            case DOCUMENT -> document(asked);
            case LAST_SEEN -> time(asked, column("device_presence", "last_seen"));
            case ENROLLED -> time(asked, device + ".enrolled_at");
            case API -> open(asked, "device_fact", QueryField.API_FACT);
            case IMAGE -> version(asked, "coalesce(" + column("device_summary", "image_version") + ", '')");
            case POLICY -> version(asked, "coalesce(" + column("device_summary", "policy_version") + ", '')");
            case FACT -> open(asked, "device_fact", asked.field().substring("fact.".length()));
            case META -> open(asked, "device_metadata", asked.field().substring("meta.".length()));
        };
    }

    private String text(Query.Comparison asked, String column) {
        return any(asked, value -> matches(column, value.text()));
    }

    private String status(Query.Comparison asked) {
        for (Query.Value value : asked.values()) {
            if (!STATUS.contains(value.text())) {
                throw wrong(value, "pending, active, suspended or retired");
            }
        }
        return any(asked, value -> device + ".status = " + bind(value.text()));
    }

    // A site contains the sites below it; no name means no site.
    private String site(Query.Comparison asked) {
        if (asked.operator() == QueryOperator.AT) {
            return any(asked, value -> matches("coalesce(" + device + ".site, '')", value.text()));
        }
        return any(
                asked,
                value -> value.text().isEmpty()
                        ? device + ".site is null"
                        : "coalesce(" + device + ".site in (with recursive below as (select s.name from site s where "
                                + matches("s.name", value.text())
                                + " union select c.name from site c join below b on c.parent = b.name) select name from below), false)");
    }

    private String online(Query.Comparison asked) {
        for (Query.Value value : asked.values()) {
            if (!value.text().equals("true") && !value.text().equals("false")) {
                throw wrong(value, "true or false");
            }
        }
        return any(asked, value -> (value.text().equals("true") ? "" : "not ") + beside("device_presence", "b.online"));
    }

    private String document(Query.Comparison asked) {
        DocumentStanding.Columns columns = new DocumentStanding.Columns(
                device,
                column("device_summary", "reported_generation"),
                column("device_summary", "settled"),
                column("device_presence", "online"));
        return any(asked, value -> DocumentStanding.parse(value.text())
                .orElseThrow(() -> wrong(value, "one of " + DocumentStanding.words()))
                .condition(columns));
    }

    /** A point in time, or a duration: so long ago. */
    private String time(Query.Comparison asked, String column) {
        return compared(asked, (value, sign) -> {
            try {
                if (value.text().startsWith("P")) {
                    Duration.parse(value.text());
                    return "coalesce(" + column + " " + sign + " now() - cast(" + bind(value.text())
                            + " as interval), false)";
                }
                Instant instant = Instant.parse(value.text());
                return "coalesce(" + column + " " + sign + " " + bind(instant.atOffset(ZoneOffset.UTC)) + ", false)";
            } catch (DateTimeException e) {
                throw wrong(value, "a time such as `2026-01-31T00:00:00Z`, or a time ago such as `P1D`");
            }
        });
    }

    private String version(Query.Comparison asked, String column) {
        return compared(
                asked,
                (value, sign) -> sign.equals("=")
                        ? matches(column, value.text())
                        : "(" + column + " <> '' and version_numbers(" + column + ") " + sign + " version_numbers("
                                + bind(requireVersion(value)) + "))");
    }

    // A row per key. What is a number on the device is ordered as one, what is a version there, such as 5.0.1, as one.
    private String open(Query.Comparison asked, String table, String key) {
        String known = "b.key = " + bind(key) + " and ";
        return compared(asked, (value, sign) -> {
            if (sign.equals("=")) {
                return beside(table, known + matches("b.text", value.text()));
            }
            String asVersion = "(b.num is null and b.text ~ '^[0-9]' and version_numbers(b.text) " + sign
                    + " version_numbers(" + bind(requireVersion(value)) + "))";
            return NUMBER.matcher(value.text()).matches()
                    ? beside(
                            table,
                            known + "(b.num " + sign + " " + bind(Double.parseDouble(value.text())) + " or " + asVersion
                                    + ")")
                    : beside(table, known + asVersion);
        });
    }

    private String requireVersion(Query.Value value) {
        if (!VERSION.matcher(value.text()).matches()) {
            throw wrong(value, "a number or a version such as `5.0.1`");
        }
        return value.text();
    }

    private interface Part {
        String of(Query.Value value, String sign);
    }

    private String compared(Query.Comparison asked, Part part) {
        return switch (asked.operator()) {
            case EQUAL, NOT_EQUAL, IN, OUT, UNDER, AT -> any(asked, value -> part.of(value, "="));
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                part.of(asked.values().getFirst(), asked.operator().sign());
        };
    }

    private String any(Query.Comparison asked, Function<Query.Value, String> one) {
        String any = asked.values().stream().map(one).collect(Collectors.joining(" or ", "(", ")"));
        return switch (asked.operator()) {
            case NOT_EQUAL, OUT -> "(not " + any + ")";
            case EQUAL, IN, UNDER, AT, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> any;
        };
    }

    /** Whether there is a row of the device in a table beside {@code device} for which the condition on {@code b} holds. */
    private String beside(String table, String condition) {
        return "exists (select 1 from " + table + " b where b.tenant = " + device + ".tenant and b.device = " + device
                + ".id and " + condition + ")";
    }

    /** The column of the device's one row in a table beside {@code device}; null if there is none. */
    private String column(String table, String column) {
        return "(select b." + column + " from " + table + " b where b.tenant = " + device + ".tenant and b.device = "
                + device + ".id)";
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

    private ProblemException wrong(Query.Value value, String expected) {
        return Selector.invalid("expected " + expected + ", found `" + value.text() + "`", text, value.at());
    }
}

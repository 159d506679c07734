package dev.muster.control.audit;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the trail somebody asks for; all of these hold for each.
 *
 * @param actor identity or name of who did it
 * @param verb the verb, or its beginning before a {@code *}: {@code device.*}
 * @param object the object, or its beginning before a {@code *}: {@code rollout/*}
 * @param from the earliest time, inclusive
 * @param to the first time that is too late
 */
record AuditFilter(
        Optional<String> actor,
        Optional<String> verb,
        Optional<String> object,
        Optional<Instant> from,
        Optional<Instant> to) {
    static final AuditFilter ALL =
            new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final int MAX_TEXT = 500;
    private static final String REST = "*";

    /** Of query parameters; a problem for what is none of these. */
    static AuditFilter of(
            @Nullable String actor,
            @Nullable String verb,
            @Nullable String object,
            @Nullable String from,
            @Nullable String to) {
        return new AuditFilter(
                text("actor", actor),
                text("verb", verb),
                text("object", object),
                text("from", from).map(given -> instant("from", given)),
                text("to", to).map(given -> instant("to", given)));
    }

    /** The one object that is asked for, if it is one. */
    Optional<String> exactObject() {
        return object.filter(name -> !name.endsWith(REST));
    }

    boolean all() {
        return equals(ALL);
    }

    /** What was asked for, as it goes into an audit row. */
    Map<String, String> told() {
        Map<String, String> told = new LinkedHashMap<>();
        actor.ifPresent(value -> told.put("actor", value));
        verb.ifPresent(value -> told.put("verb", value));
        object.ifPresent(value -> told.put("object", value));
        from.ifPresent(value -> told.put("from", value.toString()));
        to.ifPresent(value -> told.put("to", value.toString()));
        return told;
    }

    /** A condition on the table {@code audit} under the alias {@code a}; begins with {@code and} or is empty. */
    String sql() {
        List<String> parts = new ArrayList<>();
        actor.ifPresent(value -> parts.add(" and (a.actor = :actor or a.actor_name = :actor)"));
        verb.ifPresent(value -> parts.add(matching("verb", value)));
        object.ifPresent(value -> parts.add(matching("object", value)));
        from.ifPresent(value -> parts.add(" and a.at >= :from"));
        to.ifPresent(value -> parts.add(" and a.at < :to"));
        return String.join("", parts);
    }

    /** The parameters of {@link #sql}. */
    Map<String, Object> binds() {
        Map<String, Object> binds = new LinkedHashMap<>();
        actor.ifPresent(value -> binds.put("actor", value));
        verb.ifPresent(value -> binds.put("verb", bound(value)));
        object.ifPresent(value -> binds.put("object", bound(value)));
        from.ifPresent(value -> binds.put("from", OffsetDateTime.ofInstant(value, ZoneOffset.UTC)));
        to.ifPresent(value -> binds.put("to", OffsetDateTime.ofInstant(value, ZoneOffset.UTC)));
        return binds;
    }

    private static String matching(String column, String value) {
        return " and a." + column + (value.endsWith(REST) ? " like :" : " = :") + column;
    }

    private static String bound(String value) {
        return value.endsWith(REST)
                ? value.substring(0, value.length() - 1)
                                .replace("\\", "\\\\")
                                .replace("%", "\\%")
                                .replace("_", "\\_")
                        + "%"
                : value;
    }

    private static Optional<String> text(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        if (value.length() > MAX_TEXT || value.indexOf('\0') >= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `" + name + "` of at most " + MAX_TEXT + " characters, none of them zero");
        }
        return Optional.of(value);
    }

    private static Instant instant(String name, String value) {
        try {
            Instant at = OffsetDateTime.parse(value).toInstant();
            // What PostgreSQL can keep, with room.
            if (at.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
                    || at.isAfter(Instant.parse("9999-12-31T00:00:00Z"))) {
                throw wrong(name, value);
            }
            return at;
        } catch (DateTimeParseException e) {
            throw wrong(name, value);
        }
    }

    private static ProblemException wrong(String name, String value) {
        return new ProblemException(
                ProblemCode.INVALID_REQUEST,
                "expected `" + name + "` like `2026-11-22T09:30:00Z`, found `" + value + "`");
    }
}

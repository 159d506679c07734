package dev.muster.protocol.alert;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What must hold on a device for a rule to fire. */
public sealed interface AlertCondition {
    /** A number of telemetry is beyond a limit. */
    record Threshold(String metric, AlertLimit limit) implements AlertCondition {}

    /** A number of telemetry changed by more than a limit: its newest value less that of {@code within} ago. */
    record Change(String metric, AlertLimit limit, Duration within) implements AlertCondition {}

    /** Nothing of a metric came for longer than this. */
    record Absence(String metric, Duration longerThan) implements AlertCondition {}

    /** The device has no session. */
    record Offline() implements AlertCondition {}

    /** A target was changed by somebody else, or a permission does not stay as decided. */
    record Drift() implements AlertCondition {}

    /**
     * Services asked about a permission more often than usual.
     *
     * @param permission name, or a beginning with {@code *} behind it
     * @param answers which of them count
     * @param above how many are still usual within {@code within}
     */
    record PermissionUse(String permission, Answers answers, long above, Duration within) implements AlertCondition {
        /** Whether this permission is meant. */
        public boolean means(String name) {
            return permission.endsWith("*")
                    ? name.startsWith(permission.substring(0, permission.length() - 1))
                    : permission.equals(name);
        }
    }

    /** Answers to questions of services. */
    enum Answers {
        GRANTED,
        DENIED,
        ANY;

        /** As on the wire. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** As rules spell it: {@code threshold}, {@code permissionUse}. */
    default String kind() {
        return switch (this) {
            case Threshold threshold -> "threshold";
            case Change change -> "change";
            case Absence absence -> "absence";
            case Offline offline -> "offline";
            case Drift drift -> "drift";
            case PermissionUse use -> "permissionUse";
        };
    }

    /** As on the wire. */
    default Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", kind());
        switch (this) {
            case Threshold threshold -> {
                map.put("metric", threshold.metric());
                threshold.limit().into(map);
            }
            case Change change -> {
                map.put("metric", change.metric());
                change.limit().into(map);
                map.put("withinMs", change.within().toMillis());
            }
            case Absence absence -> {
                map.put("metric", absence.metric());
                map.put("longerThanMs", absence.longerThan().toMillis());
            }
            case Offline offline -> {}
            case Drift drift -> {}
            case PermissionUse use -> {
                map.put("permission", use.permission());
                map.put("answers", use.answers().text());
                map.put("count", use.above());
                map.put("withinMs", use.within().toMillis());
            }
        }
        return map;
    }

    /** Inverse of {@link #toMap()}. */
    static AlertCondition from(JsonObject json) {
        String kind = json.string("kind");
        return switch (kind) {
            case "threshold" -> new Threshold(json.string("metric"), AlertLimit.from(json));
            case "change" -> new Change(json.string("metric"), AlertLimit.from(json), millis(json, "withinMs"));
            case "absence" -> new Absence(json.string("metric"), millis(json, "longerThanMs"));
            case "offline" -> new Offline();
            case "drift" -> new Drift();
            case "permissionUse" ->
                new PermissionUse(
                        json.string("permission"),
                        json.convert("answers", text -> Answers.valueOf(text.toUpperCase(java.util.Locale.ROOT))),
                        json.number("count"),
                        millis(json, "withinMs"));
            default -> throw new ProtocolException("expected a kind of condition, found `" + kind + "`");
        };
    }

    private static Duration millis(JsonObject json, String name) {
        return Duration.ofMillis(json.number(name));
    }
}

package dev.muster.protocol.reported;

import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a device stands with one target.
 *
 * @param since when the state was entered, by the device's clock
 * @param progress percent of the bytes, 0 to 100
 * @param reason one CamelCase word for machines, such as {@code HealthCheckFailed}; empty where all is well
 * @param message for people; may be empty
 * @param version that the state speaks of; empty where nothing is known
 * @param sha256 of the bytes the state speaks of, lower-case hex
 */
public record TargetCondition(
        TargetName name,
        ConditionState state,
        Instant since,
        int progress,
        String reason,
        String message,
        String version,
        Optional<String> sha256) {

    public TargetCondition {
        if (progress < 0 || progress > 100) {
            throw new IllegalArgumentException("expected a progress of 0 to 100 percent, found " + progress);
        }
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name.text());
        map.put("state", state.text());
        map.put("since", since.toString());
        map.put("progress", progress);
        map.put("reason", reason);
        map.put("message", message);
        map.put("version", version);
        sha256.ifPresent(value -> map.put("sha256", value));
        return map;
    }

    /** Empty where this version does not know the target's name: what it says of the others still counts. */
    static Optional<TargetCondition> find(JsonObject json) {
        return json.convert("name", TargetName::find).map(name -> from(name, json));
    }

    private static TargetCondition from(TargetName name, JsonObject json) {
        return new TargetCondition(
                name,
                ConditionState.parse(json.string("state")),
                json.instant("since"),
                (int) Math.clamp(json.optionalNumber("progress").orElse(0L), 0L, 100L),
                json.optionalString("reason").orElse(""),
                json.optionalString("message").orElse(""),
                json.optionalString("version").orElse(""),
                json.optionalString("sha256"));
    }
}

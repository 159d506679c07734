package dev.muster.protocol.alert;

import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rule as streams need it; what it is called, whom it tells and which devices it is for, the control plane knows. Key on
 * topic {@code alert-rules}: {@code tenant/rule}; a record without value takes the rule away.
 *
 * @param revision rises with every change
 * @param holds how long the condition must hold before the rule fires
 */
public record AlertRule(long revision, AlertCondition condition, Duration holds) {
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("revision", revision);
        map.put("condition", condition.toMap());
        map.put("holdsMs", holds.toMillis());
        return JsonObject.write(map);
    }

    public static AlertRule fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new AlertRule(
                object.number("revision"),
                AlertCondition.from(object.object("condition")),
                Duration.ofMillis(object.number("holdsMs")));
    }
}

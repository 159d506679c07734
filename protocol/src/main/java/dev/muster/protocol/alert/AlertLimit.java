package dev.muster.protocol.alert;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.Map;

/**
 * What a number must not pass.
 *
 * @param above whether it must not be above {@code number}; otherwise not below it
 */
public record AlertLimit(boolean above, double number) {
    public AlertLimit {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("expected a finite limit, found " + number);
        }
    }

    /** Whether the value is beyond it; a value on the limit is not. */
    public boolean passedBy(double value) {
        return above ? value > number : value < number;
    }

    void into(Map<String, Object> map) {
        map.put(above ? "above" : "below", number);
    }

    static AlertLimit from(JsonObject json) {
        boolean above = json.has("above");
        return new AlertLimit(
                above,
                json.optionalDecimal(above ? "above" : "below")
                        .orElseThrow(() -> new ProtocolException("expected `above` or `below`, found neither")));
    }
}

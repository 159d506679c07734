package dev.muster.protocol.alert;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * An alert began, fires, or is over. Topic {@code alerts}, key {@code tenant/device}.
 *
 * @param id {@link #id}: the same however often it is worked out
 * @param ruleRevision of the rule that was looked at
 * @param since when the condition began to hold
 * @param at when this was found
 * @param value that the condition was judged by, where it is a number
 * @param detail for people, such as what drifted; may be empty
 */
public record AlertNews(
        String id,
        String rule,
        long ruleRevision,
        State state,
        Instant since,
        Instant at,
        OptionalDouble value,
        String detail) {

    /** Where an alert stands, as streams see it. */
    public enum State {
        /** The condition holds, but not for long enough yet. */
        PENDING,
        FIRING,
        /** The condition holds no more, or nobody asks for it any more. */
        RESOLVED;

        /** As on the wire. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** 128 bits over device, rule and start, in hex. */
    public static String id(DeviceRef device, String rule, Instant since) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((device.key() + "\n" + rule + "\n" + since.toEpochMilli())
                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("rule", rule);
        map.put("ruleRevision", ruleRevision);
        map.put("state", state.text());
        map.put("since", since.toString());
        map.put("at", at.toString());
        value.ifPresent(number -> map.put("value", number));
        map.put("detail", detail);
        return JsonObject.write(map);
    }

    public static AlertNews fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        String state = object.string("state");
        try {
            return new AlertNews(
                    object.string("id"),
                    object.string("rule"),
                    object.number("ruleRevision"),
                    State.valueOf(state.toUpperCase(Locale.ROOT)),
                    object.instant("since"),
                    object.instant("at"),
                    object.optionalDecimal("value").map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                    object.optionalString("detail").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("expected pending, firing or resolved, found `" + state + "`", e);
        }
    }
}

package dev.muster.telemetry.payload;

import com.google.protobuf.ByteString;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.telemetry.record.Metric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SenML as JSON (RFC 8428 sections 4 and 5): a pack of records, resolved against the base fields before them. Units are
 * not kept; a sum becomes a metric of its own, {@code <name>.sum}. Pure.
 */
public final class SenmlPayload {
    /** RFC 8428 section 4.4: what a reader of this version understands. */
    private static final int VERSION = 10;

    private static final int MOST_DIGITS = 400;

    /** Below this a time is relative to now, from it on seconds since 1970 (RFC 8428 section 4.5.3). */
    private static final BigDecimal ABSOLUTE = BigDecimal.valueOf(1L << 28);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:./_-]*");
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE / 1000);
    private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Set<String> BASES = Set.of("bn", "bt", "bu", "bv", "bs", "bver");

    /** What earlier records set for those that follow. */
    private String baseName = "";

    private BigDecimal baseTime = BigDecimal.ZERO;
    private BigDecimal baseValue = BigDecimal.ZERO;
    private BigDecimal baseSum = BigDecimal.ZERO;

    private final long nowMillis;
    private final List<Metric> metrics = new ArrayList<>();

    private SenmlPayload(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /**
     * The metrics of a pack, in its order.
     *
     * @param nowMillis what relative times are relative to, milliseconds since 1970
     * @throws ProtocolException if it is no SenML pack, or needs something that is not understood
     */
    public static List<Metric> metrics(byte[] json, long nowMillis) {
        SenmlPayload pack = new SenmlPayload(nowMillis);
        JsonObject.parseArrayExact(json).forEach(pack::record);
        return List.copyOf(pack.metrics);
    }

    private void record(JsonObject json) {
        Map<String, @Nullable Object> members = json.members();
        understood(members);
        if (members.containsKey("bn")) {
            baseName = json.string("bn");
        }
        baseTime = decimal(members, "bt", baseTime);
        baseValue = decimal(members, "bv", baseValue);
        baseSum = decimal(members, "bs", baseSum);
        if (BASES.containsAll(members.keySet())) {
            return;
        }
        String name = baseName + (members.containsKey("n") ? json.string("n") : "");
        if (!NAME.matcher(name).matches()) {
            throw new ProtocolException(
                    "expected a SenML name of letters, digits and `-:./_` that begins with a letter or"
                            + " digit (RFC 8428 section 4.5.1), found `" + name + "`");
        }
        long at = time(baseTime.add(decimal(members, "t", BigDecimal.ZERO)), name);
        boolean valued = value(json, name, at);
        if (members.containsKey("s")) {
            metrics.add(number(Metrics.metric(name + ".sum", at), baseSum.add(decimal(members, "s", BigDecimal.ZERO))));
        } else if (!valued) {
            throw new ProtocolException("expected one of `v`, `vs`, `vb`, `vd` or `s` in the record of `" + name + "`");
        }
    }

    private static void understood(Map<String, @Nullable Object> members) {
        for (String member : members.keySet()) {
            if (member.endsWith("_")) {
                throw new ProtocolException(
                        "expected no SenML field that has to be understood (a name that ends in `_`)," + " found `"
                                + member + "`");
            }
        }
        BigDecimal version = decimal(members, "bver", BigDecimal.valueOf(VERSION));
        if (version.compareTo(BigDecimal.valueOf(VERSION)) > 0) {
            throw new ProtocolException("expected SenML version " + VERSION + " or before as `bver`, found " + version);
        }
    }

    /** Adds the value of a record; false where it has none. */
    private boolean value(JsonObject json, String name, long at) {
        Map<String, @Nullable Object> members = json.members();
        List<String> held = List.of("v", "vs", "vb", "vd").stream()
                .filter(members::containsKey)
                .toList();
        if (held.isEmpty()) {
            return false;
        }
        if (held.size() > 1) {
            throw new ProtocolException("expected one value in the record of `" + name + "`, found " + held);
        }
        Metric.Builder metric = Metrics.metric(name, at);
        metrics.add(
                switch (held.getFirst()) {
                    case "v" -> number(metric, baseValue.add(decimal(members, "v", BigDecimal.ZERO)));
                    case "vs" ->
                        metric.setText(Metrics.storable(name, json.string("vs")))
                                .build();
                    case "vb" -> metric.setFlag(flag(json, name)).build();
                    default -> metric.setData(data(name, json.string("vd"))).build();
                });
        return true;
    }

    private static Metric number(Metric.Builder metric, BigDecimal value) {
        boolean whole = value.stripTrailingZeros().scale() <= 0
                && value.compareTo(LEAST_LONG) >= 0
                && value.compareTo(MOST_LONG) <= 0;
        return whole
                ? metric.setInteger(value.longValueExact()).build()
                : metric.setNumber(finite(metric.getName(), value.doubleValue()))
                        .build();
    }

    private static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new ProtocolException("expected a number that 64 bits of floating point can hold as `" + name + "`");
        }
        return value;
    }

    private long time(BigDecimal seconds, String name) {
        if (seconds.abs().compareTo(LONGEST) > 0) {
            throw new ProtocolException("expected seconds as time of `" + name + "`, found " + seconds);
        }
        long millis =
                seconds.multiply(THOUSAND).setScale(0, RoundingMode.HALF_UP).longValueExact();
        return seconds.compareTo(ABSOLUTE) >= 0 ? millis : nowMillis + millis;
    }

    private static boolean flag(JsonObject json, String name) {
        return json.optionalFlag("vb")
                .orElseThrow(() -> new ProtocolException("expected true or false as `vb` of `" + name + "`"));
    }

    private static ByteString data(String name, String text) {
        try {
            return ByteString.copyFrom(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("expected base64url as `vd` of `" + name + "`", e);
        }
    }

    private static BigDecimal decimal(Map<String, @Nullable Object> members, String member, BigDecimal otherwise) {
        if (!members.containsKey(member)) {
            return otherwise;
        }
        Object value = members.get(member);
        if (!(value instanceof Number number)) {
            throw new ProtocolException("expected a number at `" + member + "`, found " + value);
        }
        BigDecimal decimal = new BigDecimal(number.toString());
        // 1e999999999 is a short text and a number of a billion digits as soon as anything is added to it.
        if (Math.abs((long) decimal.precision() - decimal.scale()) > MOST_DIGITS || decimal.scale() > MOST_DIGITS) {
            throw new ProtocolException("expected a number of at most " + MOST_DIGITS + " digits at `" + member + "`");
        }
        return decimal;
    }
}

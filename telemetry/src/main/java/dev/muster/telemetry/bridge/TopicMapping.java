package dev.muster.telemetry.bridge;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.payload.Metrics;
import dev.muster.telemetry.payload.SenmlPayload;
import dev.muster.telemetry.record.Metric;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads messages by mappings: the first whose pattern a topic is of says all. Pure, thread-safe. */
public final class TopicMapping implements MessageReader {
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");
    private static final Json NOTHING = new Json.Null();
    private static final double MILLIS = 1_000;
    private static final double LATEST_SECONDS = 253_402_300_800.0;

    private final List<Mapping> mappings;
    private final List<String> filters;

    /** Of these mappings, in their order. */
    public TopicMapping(List<Mapping> mappings) {
        this.mappings = List.copyOf(mappings);
        this.filters = mappings.stream()
                .map(mapping -> mapping.topic().filter())
                .distinct()
                .toList();
    }

    @Override
    public List<String> filters() {
        return filters;
    }

    @Override
    public Outcome read(String topic, byte[] payload, long nowMillis) {
        for (Mapping mapping : mappings) {
            Optional<Map<String, String>> levels = mapping.topic().match(topic);
            if (levels.isPresent()) {
                try {
                    return read(mapping, levels.get(), payload, nowMillis);
                } catch (ProtocolException e) {
                    return new Outcome.Unreadable(String.valueOf(e.getMessage()));
                }
            }
        }
        return new Outcome.Unreadable("expected a topic that a mapping names, found `" + topic + "`");
    }

    private static Outcome read(Mapping mapping, Map<String, String> levels, byte[] payload, long nowMillis) {
        Json json = mapping.format() == Mapping.Format.JSON ? Json.parse(payload) : NOTHING;
        String device = mapping.device().render(levels, json);
        List<Metric> metrics =
                switch (mapping.format()) {
                    case JSON -> ofJson(mapping, levels, json, nowMillis);
                    case TEXT -> ofText(mapping, levels, payload, nowMillis);
                    case SENML -> SenmlPayload.metrics(payload, nowMillis);
                };
        if (metrics.isEmpty()) {
            throw new ProtocolException("expected a value at least, found none");
        }
        return new Outcome.Readings(List.of(new Reading(device, metrics)));
    }

    private static List<Metric> ofJson(Mapping mapping, Map<String, String> levels, Json json, long nowMillis) {
        long at = mapping.at().map(path -> time(path, mapping.clock(), json)).orElse(nowMillis);
        List<Metric> metrics = new ArrayList<>();
        for (Mapping.Value value : mapping.values()) {
            Optional<Json> found = value.path().read(json).filter(one -> !(one instanceof Json.Null));
            if (found.isPresent()) {
                Metric.Builder metric = Metrics.metric(value.metric().render(levels, json), at);
                metrics.add(filled(metric, value.path().toString(), found.get()));
            } else if (!value.optional()) {
                throw new ProtocolException("expected a value at `" + value.path() + "`, found none");
            }
        }
        return metrics;
    }

    private static List<Metric> ofText(Mapping mapping, Map<String, String> levels, byte[] payload, long nowMillis) {
        String name = mapping.metric().orElseThrow().render(levels, NOTHING);
        String text = utf8(payload).strip();
        if (text.isEmpty()) {
            throw new ProtocolException("expected a number or text, found nothing");
        }
        Json value =
                switch (text) {
                    case "true" -> new Json.Flag(true);
                    case "false" -> new Json.Flag(false);
                    default -> numberOrText(text);
                };
        return List.of(filled(Metrics.metric(name, nowMillis), "the payload", value));
    }

    private static Json numberOrText(String text) {
        if (WHOLE.matcher(text).matches()) {
            return new Json.Int(Long.parseLong(text));
        }
        if (NUMBER.matcher(text).matches()) {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return new Json.Dec(value);
            }
        }
        return new Json.Text(text);
    }

    private static String utf8(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("expected text in UTF-8, found other bytes", e);
        }
    }

    private static Metric filled(Metric.Builder metric, String where, Json value) {
        return switch (value) {
            case Json.Int number -> metric.setInteger(number.value()).build();
            case Json.Dec number -> metric.setNumber(number.value()).build();
            case Json.Flag flag -> metric.setFlag(flag.value()).build();
            case Json.Text text ->
                metric.setText(Metrics.storable(metric.getName(), text.value())).build();
            case Json.Null n -> throw unfit(where, n);
            case Json.Obj o -> throw unfit(where, o);
            case Json.Arr a -> throw unfit(where, a);
        };
    }

    private static ProtocolException unfit(String where, Json found) {
        return new ProtocolException("expected a number, flag or text at `" + where + "`, found " + found.describe());
    }

    private static long time(JsonPath path, Mapping.Clock clock, Json json) {
        Json found = path.read(json)
                .orElseThrow(() -> new ProtocolException("expected a time at `" + path + "`, found none"));
        return switch (clock) {
            case ISO -> {
                if (found instanceof Json.Text(var text)) {
                    try {
                        yield OffsetDateTime.parse(text).toInstant().toEpochMilli();
                    } catch (DateTimeException | ArithmeticException e) {
                        throw new ProtocolException(
                                "expected a time such as `2026-11-27T08:30:00Z` at `" + path + "`, found `" + text
                                        + "`",
                                e);
                    }
                }
                throw new ProtocolException("expected a time as text at `" + path + "`, found " + found.describe());
            }
            case MILLIS -> {
                if (found instanceof Json.Int(var millis)) {
                    yield millis;
                }
                throw new ProtocolException(
                        "expected milliseconds since 1970 at `" + path + "`, found " + found.describe());
            }
            case SECONDS ->
                switch (found) {
                    case Json.Int(var seconds) when Math.abs((double) seconds) < LATEST_SECONDS -> seconds * 1_000;
                    case Json.Dec(var seconds) when Math.abs(seconds) < LATEST_SECONDS -> Math.round(seconds * MILLIS);
                    default ->
                        throw new ProtocolException(
                                "expected seconds since 1970 at `" + path + "`, found " + found.describe());
                };
        };
    }
}

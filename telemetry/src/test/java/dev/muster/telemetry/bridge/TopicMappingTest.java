package dev.muster.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.bridge.MessageReader.Outcome;
import dev.muster.telemetry.record.Metric;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicMappingTest {
    private static final long NOW = 1_795_000_000_000L;

    @Test
    void makesDeviceMetricValueAndTimeOfJson() {
        TopicMapping mapping =
                json("f/{line}/{device}", "{line}-{device}", "$.at", Mapping.Clock.ISO, "t.{line}", "$.v.t");

        MessageReader.Reading reading = only(mapping.read(
                "f/7/press", utf8("{\"v\": {\"t\": 21.5}, \"at\": \"2026-11-27T08:30:00.5+02:00\"}"), NOW));

        assertThat(reading.device()).isEqualTo("7-press");
        Metric metric = reading.metrics().getFirst();
        assertThat(metric.getName()).isEqualTo("t.7");
        assertThat(metric.getNumber()).isEqualTo(21.5);
        assertThat(metric.getAtMs()).isEqualTo(1_795_761_000_500L);
    }

    @Test
    void takesTheNameOfADeviceFromThePayload() {
        TopicMapping mapping = json("all", "{$.unit['id']}", null, Mapping.Clock.ISO, "{$.what}", "$.value");

        MessageReader.Reading reading = only(
                mapping.read("all", utf8("{\"unit\": {\"id\": \"p}1\"}, \"what\": \"flow\", \"value\": true}"), NOW));

        assertThat(reading.device()).isEqualTo("p}1");
        assertThat(reading.metrics().getFirst().getFlag()).isTrue();
        assertThat(reading.metrics().getFirst().getAtMs()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "21.5 | number: 21.5",
                "' 21 ' | integer: 21",
                "-3e2 | number: -300.0",
                "true | flag: true",
                "0x10 | text: \"0x10\"",
                "99999999999999999999 | number: 1.0E20",
                "1e999 | text: \"1e999\"",
                "NaN | text: \"NaN\"",
                "running | text: \"running\""
            })
    void readsATextAsWhatItSays(String payload, String expected) {
        TopicPattern topic = TopicPattern.parse("t/{device}/{metric}");
        TopicMapping mapping = new TopicMapping(List.of(new Mapping(
                topic,
                Template.parse("{device}", topic, false),
                Mapping.Format.TEXT,
                Optional.of(Template.parse("{metric}", topic, false)),
                Optional.empty(),
                Mapping.Clock.ISO,
                List.of())));

        Metric metric =
                only(mapping.read("t/d/m", utf8(payload), NOW)).metrics().getFirst();

        assertThat(metric.getName()).isEqualTo("m");
        assertThat(metric.toString()).contains(expected);
    }

    @Test
    void readsSenml() {
        TopicPattern topic = TopicPattern.parse("s/{device}");
        TopicMapping mapping = new TopicMapping(List.of(new Mapping(
                topic,
                Template.parse("{device}", topic, false),
                Mapping.Format.SENML,
                Optional.empty(),
                Optional.empty(),
                Mapping.Clock.ISO,
                List.of())));

        MessageReader.Reading reading = only(
                mapping.read("s/d", utf8("[{\"bn\":\"m:\",\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"vs\":\"x\"}]"), NOW));

        assertThat(reading.metrics()).extracting(Metric::getName).containsExactly("m:a", "m:b");
    }

    @Test
    void leavesOutWhatMayBeMissingOnly() {
        TopicPattern topic = TopicPattern.parse("{device}");
        TopicMapping mapping = new TopicMapping(List.of(new Mapping(
                topic,
                Template.parse("{device}", topic, true),
                Mapping.Format.JSON,
                Optional.empty(),
                Optional.empty(),
                Mapping.Clock.ISO,
                List.of(value(topic, "a", "$.a", false), value(topic, "b", "$.b", true)))));

        assertThat(only(mapping.read("d", utf8("{\"a\": 1, \"b\": null}"), NOW)).metrics())
                .hasSize(1);
        assertThat(mapping.read("d", utf8("{\"b\": 1}"), NOW))
                .isEqualTo(new Outcome.Unreadable("expected a value at `$.a`, found none"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x | SECONDS | expected seconds since 1970 at `$.at`, found a text",
                "-5 | MILLIS | expected milliseconds since 1970 as time of `m`, found -5",
                "1.5 | MILLIS | expected milliseconds since 1970 at `$.at`, found a number",
                "1e300 | SECONDS | expected seconds since 1970 at `$.at`, found a number",
                "yesterday | ISO | expected a time such as `2026-11-27T08:30:00Z` at `$.at`, found `yesterday`"
            })
    void saysWhatIsWrongWithATime(String at, Mapping.Clock clock, String reason) {
        TopicMapping mapping = json("{device}", "{device}", "$.at", clock, "m", "$.v");
        String written = at.matches("-?[0-9.e]+") ? at : "\"" + at + "\"";

        assertThat(mapping.read("d", utf8("{\"v\": 1, \"at\": " + written + "}"), NOW))
                .isEqualTo(new Outcome.Unreadable(reason));
    }

    @Test
    void theFirstMappingOfATopicSaysAll() {
        TopicPattern first = TopicPattern.parse("a/{device}");
        TopicPattern second = TopicPattern.parse("a/#");
        TopicMapping mapping = new TopicMapping(List.of(
                new Mapping(
                        first,
                        Template.parse("one", first, true),
                        Mapping.Format.JSON,
                        Optional.empty(),
                        Optional.empty(),
                        Mapping.Clock.ISO,
                        List.of(value(first, "m", "$.v", false))),
                new Mapping(
                        second,
                        Template.parse("two", second, true),
                        Mapping.Format.JSON,
                        Optional.empty(),
                        Optional.empty(),
                        Mapping.Clock.ISO,
                        List.of(value(second, "m", "$.v", false)))));

        assertThat(only(mapping.read("a/d", utf8("{\"v\": 1}"), NOW)).device()).isEqualTo("one");
        assertThat(only(mapping.read("a/d/x", utf8("{\"v\": 1}"), NOW)).device())
                .isEqualTo("two");
        assertThat(mapping.read("b", utf8("{\"v\": 1}"), NOW)).isInstanceOf(Outcome.Unreadable.class);
        assertThat(mapping.filters()).containsExactly("a/+", "a/#");
    }

    @Test
    void refusesTemplatesThatUseWhatIsNotThere() {
        TopicPattern topic = TopicPattern.parse("a/{device}");

        assertThatThrownBy(() -> Template.parse("{line}", topic, true))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("[device]");
        assertThatThrownBy(() -> Template.parse("{$.id}", topic, false)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Template.parse("{device", topic, true)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> Template.parse("a}", topic, true)).isInstanceOf(ProtocolException.class);
    }

    /** Whatever comes, it becomes measurements or a reason; nothing is thrown. */
    @Test
    void survivesAnyPayload() {
        TopicMapping mapping = json("{device}", "{device}", "$.at", Mapping.Clock.SECONDS, "m", "$.v");
        Random random = new Random(42);
        byte[] good = utf8("{\"v\": [1, {\"a\": \"ü\"}], \"at\": 1795000000.5, \"x\": 1e5}");
        for (int i = 0; i < 20_000; i++) {
            byte[] payload = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
            }

            assertThat(mapping.read("d", payload, NOW)).isNotNull();
        }
        assertThat(mapping.read("d", utf8("[".repeat(5_000)), NOW)).isInstanceOf(Outcome.Unreadable.class);
    }

    private static TopicMapping json(
            String pattern,
            String device,
            @org.jspecify.annotations.Nullable String at,
            Mapping.Clock clock,
            String metric,
            String path) {
        TopicPattern topic = TopicPattern.parse(pattern);
        return new TopicMapping(List.of(new Mapping(
                topic,
                Template.parse(device, topic, true),
                Mapping.Format.JSON,
                Optional.empty(),
                Optional.ofNullable(at).map(JsonPath::parse),
                clock,
                List.of(value(topic, metric, path, false)))));
    }

    private static Mapping.Value value(TopicPattern topic, String metric, String path, boolean optional) {
        return new Mapping.Value(Template.parse(metric, topic, true), JsonPath.parse(path), optional);
    }

    private static MessageReader.Reading only(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Readings.class);
        List<MessageReader.Reading> readings = ((Outcome.Readings) outcome).readings();
        assertThat(readings).hasSize(1);
        return readings.getFirst();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

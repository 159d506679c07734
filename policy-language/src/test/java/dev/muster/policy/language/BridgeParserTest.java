package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.BridgeDocument.Said;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeParserTest {
    @Test
    void readsAConnectionWithItsTextAndItsPlaces() {
        BridgeParser.Result result = parse("""
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: hall-7, description: presses}
                spec:
                  broker: mqtts://broker.example:8883 # not the old one
                  username: muster
                  devices: "site==hall-7"
                  session: 2d
                  create: {site: hall-7, tags: [press], type: plc}
                  mappings:
                    - topic: f/{line}/{device}
                      device: "{device}"
                      payload: json
                      at: $.ts
                      clock: ms
                      values:
                        - {metric: temp, path: $.v, optional: true}
                    - {topic: "s/{device}", device: "{device}", payload: senml}
                """);

        assertThat(result.errors()).isEmpty();
        BridgeDocument bridge = result.bridges().getFirst();
        assertThat(bridge.name()).isEqualTo("hall-7");
        assertThat(bridge.broker()).isEqualTo(new Said(new Place(5, 11), "mqtts://broker.example:8883"));
        assertThat(bridge.devices().text()).isEqualTo("site==hall-7");
        assertThat(bridge.protocol()).isEqualTo("5");
        assertThat(bridge.qos()).isEqualTo(1);
        assertThat(bridge.session()).isEqualTo(Duration.ofDays(2));
        assertThat(bridge.quietAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(bridge.enabled()).isTrue();
        assertThat(bridge.create().orElseThrow().tags()).containsExactly("press");
        assertThat(bridge.mappings()).hasSize(2);
        assertThat(bridge.mappings().getFirst().values().getFirst().optional()).isTrue();
        assertThat(bridge.yaml()).contains("# not the old one");
    }

    @ParameterizedTest
    @CsvSource({"protocol: 5,5", "protocol: 3.1.1,3.1.1"})
    void readsWhatIsSpokenWithTheBroker(String line, String protocol) {
        BridgeParser.Result result = parse("""
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: old}
                spec:
                  broker: mqtt://x
                  %s
                  devices: all
                  mappings: [{topic: a, device: d, payload: senml}]
                """.formatted(line));

        assertThat(result.errors()).isEmpty();
        assertThat(result.bridges().getFirst().protocol()).isEqualTo(protocol);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "broker: http://x | field `broker`: an address such as",
                "broker: mqtt://user@x | field `broker`: an address such as",
                "broker: mqtt://x/path | field `broker`: an address such as",
                "qos: 2 | field `qos`: 0 or 1 expected",
                "protocol: 4 | field `protocol`: `5` or `3.1.1` expected",
                "session: 40d | field `session`: a duration",
                "enabled: perhaps | field `enabled`: true or false expected",
                "passwort: x | expected, found `passwort`",
                "create: {tags: [a b]} | field `tags`: a tag of"
            })
    void saysWhatIsWrong(String line, String message) {
        String name = line.substring(0, line.indexOf(':'));
        String others = "  devices: all\n  mappings: [{topic: a, device: d, payload: senml}]\n"
                + (name.equals("broker") ? "" : "  broker: mqtt://x\n");

        assertThat(errors(others + "  " + line + "\n")).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "payload: xml | one of json, text, senml expected",
                "payload: json | field `values` expected",
                "payload: text | field `metric` expected",
                "payload: senml, metric: m | no field `metric` expected beside `payload: senml`",
                "payload: text, metric: m, at: $.t | no field `at` expected beside `payload: text`",
                "payload: senml, clock: days | one of iso, ms, s expected"
            })
    void saysWhatDoesNotFitAPayload(String fields, String message) {
        assertThat(errors("  broker: mqtt://x\n  devices: all\n  mappings:\n    - {topic: a, device: d, " + fields
                        + "}\n"))
                .contains(message);
    }

    @Test
    void wantsToBeToldWhatToRead() {
        assertThat(errors("  broker: mqtt://x\n  devices: all\n"))
                .contains("field `mappings` or `sparkplug` expected, found neither");
    }

    private static String errors(String spec) {
        BridgeParser.Result result =
                parse("apiVersion: muster.dev/v1\nkind: Bridge\nmetadata: {name: a}\nspec:\n" + spec);
        assertThat(result.bridges()).isEmpty();
        return result.errors().toString();
    }

    private static BridgeParser.Result parse(String yaml) {
        return BridgeParser.parse(new PolicySource("bridge.yaml", yaml));
    }
}

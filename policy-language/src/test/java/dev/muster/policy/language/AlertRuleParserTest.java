package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.language.AlertRuleDocument.When;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRuleParserTest {
    @Test
    void readsARuleWithItsTextAndItsPlaces() {
        AlertRuleParser.Result result = parse("""
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: hot-motor, description: bearings}
                spec:
                  devices: "site==north" # not the south
                  severity: critical
                  labels: {team: mechanics}
                  summary: "{device} is hot"
                  for: 5m
                  when:
                    threshold: {metric: motor.temp, above: 90.5}
                """);

        assertThat(result.errors()).isEmpty();
        AlertRuleDocument rule = result.rules().getFirst();
        assertThat(rule.name()).isEqualTo("hot-motor");
        assertThat(rule.devices()).isEqualTo("site==north");
        assertThat(rule.devicesAt()).isEqualTo(new Place(5, 12));
        assertThat(rule.labels()).isEqualTo(Map.of("team", "mechanics"));
        assertThat(rule.holds()).isEqualTo(Duration.ofMinutes(5));
        assertThat(rule.when()).isEqualTo(new When.Threshold("motor.temp", true, 90.5));
        assertThat(rule.yaml()).contains("# not the south");
    }

    @Test
    void readsEveryConditionOfSeveralDocuments() {
        String all = String.join(
                "---\n",
                List.of(
                        rule("a", "change: {metric: fuel, below: -10, within: 2h}"),
                        rule("b", "absence: {metric: fuel, longerThan: 90s}"),
                        rule("c", "offline: {}"),
                        rule("d", "drift:"),
                        rule(
                                "e",
                                "permissionUse: {permission: ohos.permission.CAM*, answers: denied, above: 5, within: 1d}")));

        assertThat(parse(all).rules().stream().map(AlertRuleDocument::when).toList())
                .containsExactly(
                        new When.Change("fuel", false, -10, Duration.ofHours(2)),
                        new When.Absence("fuel", Duration.ofSeconds(90)),
                        new When.Offline(),
                        new When.Drift(),
                        new When.PermissionUse("ohos.permission.CAM*", "denied", 5, Duration.ofDays(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "treshold: {metric: a, above: 1}       | did you mean `threshold`?",
                "threshold: {metric: a}                | either `above` or `below` expected, found neither",
                "threshold: {metric: a, above: 1, below: 2} | found both",
                "threshold: {metric: a, above: 1e9}    | a number expected",
                "threshold: {metric: a, above: .nan}   | a number expected",
                "absence: {metric: a}                  | field `longerThan` expected",
                "absence: {metric: a, longerThan: 0s}  | a duration such as",
                "absence: {metric: a, longerThan: 40d} | a duration such as",
                "offline: {after: 5m}                  | `offline: {}` expected",
                "permissionUse: {permission: 'a b', above: 1, within: 1h} | the name of a permission",
                "{}                                    | exactly one of",
                "threshold                             | exactly one of"
            })
    void saysWhatIsWrongWithACondition(String when, String message) {
        AlertRuleParser.Result result = parse(rule("a", when));

        assertThat(result.rules()).isEmpty();
        assertThat(result.errors()).isNotEmpty();
        assertThat(result.errors().getFirst().message()).contains(message);
        assertThat(result.errors().getFirst().line()).isBetween(7, 8);
    }

    @Test
    void aConditionWithItsOwnSpanHasNoOther() {
        String text = rule("a", "absence: {metric: a, longerThan: 5m}").replace("  when:", "  for: 1m\n  when:");

        assertThat(parse(text).errors().getFirst().message()).contains("no `for` expected");
    }

    @Test
    void isNoPolicy() {
        assertThat(parse("apiVersion: muster.dev/v1\nkind: Role\nmetadata: {name: a}\nspec: {permissions: []}\n")
                        .errors()
                        .getFirst()
                        .message())
                .contains("one of AlertRule expected, found `Role`");
    }

    private static String rule(String name, String when) {
        return """
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: %s}
                spec:
                  devices: all
                  severity: info
                  when:
                    %s
                """.formatted(name, when);
    }

    private static AlertRuleParser.Result parse(String yaml) {
        return AlertRuleParser.parse(new PolicySource("rule.yaml", yaml));
    }
}

package dev.muster.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsMergeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @Test
    void aLaterLevelWinsMemberByMember() {
        SettingsMerge merged = SettingsMerge.of(List.of(
                level("tenant", "{\"agent\":{\"sampleSeconds\":10,\"usageMinutes\":15},\"ntp\":{\"servers\":[\"a\"]}}"),
                level("site", "{\"agent\":{\"sampleSeconds\":60}}"),
                level("device", "{\"ntp\":{\"servers\":[\"b\",\"c\"]}}")));

        assertThat(text(merged))
                .isEqualTo(
                        "{\"agent\":{\"sampleSeconds\":60,\"usageMinutes\":15},\"ntp\":{\"servers\":[\"b\",\"c\"]}}");
        assertThat(origin(merged, "agent.sampleSeconds")).isEqualTo("site");
        assertThat(origin(merged, "agent.usageMinutes")).isEqualTo("tenant");
        assertThat(origin(merged, "ntp.servers")).isEqualTo("device");
    }

    @Test
    void nullTakesAwayWhatALevelAboveSays() {
        SettingsMerge merged = SettingsMerge.of(List.of(
                level("tenant", "{\"agent\":{\"sampleSeconds\":10},\"ntp\":{\"servers\":[\"a\"]}}"),
                level("site", "{\"agent\":{\"sampleSeconds\":null},\"ntp\":null}")));

        assertThat(text(merged)).isEqualTo("{\"agent\":{}}");
        assertThat(merged.origins()).isEmpty();
    }

    @Test
    void namesWithDotsKeepTheirValues() {
        SettingsMerge merged = SettingsMerge.of(List.of(
                level("tenant", "{\"files\":{\"etc/a.conf\":{\"content\":\"x\"},\"etc/a\":{\"content\":\"y\"}}}")));

        assertThat(merged.leaves())
                .containsEntry("files.etc/a.conf.content", "x")
                .containsEntry("files.etc/a.content", "y");
    }

    @Test
    void equalSettingsAreEqualBytesHoweverTheyWereWritten() {
        SettingsMerge one = SettingsMerge.of(List.of(level("tenant", "{\"b\":1,\"a\":{\"d\":2,\"c\":3}}")));
        SettingsMerge other = SettingsMerge.of(
                List.of(level("tenant", "{\"a\":{\"c\":3}}"), level("site", "{\"a\":{\"d\":2},\"b\":1}")));

        assertThat(text(one)).isEqualTo(text(other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"agent":{"sampleSeconds":"often"}}      | agent.sampleSeconds | a whole number from 1 to 3600 | the text `often`
            {"agent":{"sampleSeconds":0}}            | agent.sampleSeconds | a whole number from 1 to 3600 | the number 0
            {"agent":{"sampleSeconds":1.5}}          | agent.sampleSeconds | a whole number from 1 to 3600 | the number 1.5
            {"agent":[]}                             | agent               | an object                     | a list
            {"ntp":{}}                               | ntp.servers         | a value                       | none
            {"ntp":{"servers":"a"}}                  | ntp.servers         | a list                        | the text `a`
            {"ntp":{"servers":[7]}}                  | ntp.servers[0]      | a text                        | the number 7
            {"commands":{"kinds":["shell"]}}         | commands.kinds[0]   | one of refresh, reboot, restart-app, collect-logs, diagnostic | the text `shell`
            {"files":{"a":{"content":true}}}         | files.a.content     | a text                        | true
            """)
    void anErrorNamesPlaceExpectedAndFound(String document, String path, String expected, String found) {
        assertThat(new SettingsSchemas().mistakes(members(document)))
                .containsExactly(new SettingsSchema.Mistake(path, expected, found));
    }

    @Test
    void refusesMembersThatNobodyKnowsAndPathsThatLeadOut() {
        SettingsSchemas schemas = new SettingsSchemas();

        assertThat(schemas.mistakes(members("{\"agnet\":{}}")).getFirst().path())
                .isEqualTo("agnet");
        assertThat(schemas.mistakes(members("{\"files\":{\"../x\":{\"content\":\"\"}}}")))
                .hasSize(1);
        assertThat(schemas.mistakes(members("{\"custom\":{\"any\":[1,{\"x\":null}]}}")))
                .isEmpty();
    }

    @Test
    void saysWhatAPlatformCannotBringAbout() {
        SettingsSchemas schemas = new SettingsSchemas();

        assertThat(schemas.notHere(members("{\"openharmony\":{\"hdc\":\"off\"},\"agent\":{}}"), "linux"))
                .containsExactly("openharmony.hdc");
        assertThat(schemas.notHere(members("{\"openharmony\":{\"hdc\":\"off\"}}"), "openharmony"))
                .isEmpty();
    }

    @Test
    void aSchemaWithAWordThatIsNotCheckedIsRefused() {
        assertThatThrownBy(() ->
                        new SettingsSchema(members("{\"type\":\"object\",\"properties\":{\"a\":{\"minLength\":3}}}")))
                .hasMessageContaining("minLength");
    }

    private static SettingsDocument level(String level, String document) {
        return new SettingsDocument(level, "x", members(document), 1, NOW, "issuer#me", "me");
    }

    private static String origin(SettingsMerge merged, String path) {
        return Objects.requireNonNull(merged.origins().get(path), path).level();
    }

    private static Map<String, @Nullable Object> members(String json) {
        return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8)).members();
    }

    private static String text(SettingsMerge merged) {
        return new String(JsonObject.write(merged.document()), StandardCharsets.UTF_8);
    }
}

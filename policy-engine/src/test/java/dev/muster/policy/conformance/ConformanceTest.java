package dev.muster.policy.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConformanceTest {
    private static final int PUBLIC = 98;
    private static final int OWN = 258;

    @ParameterizedTest
    @CsvSource({"vectors.json, " + PUBLIC, "own-vectors.json, " + OWN})
    void passesEveryVector(String file, int count) throws IOException {
        Report report = Conformance.run(vectors(file));

        assertThat(report.failures()).extracting(Report.Failure::text).isEmpty();
        assertThat(report.passed()).isEqualTo(count);
    }

    /** A file that grows must not lose a case or an operation without anybody noticing. */
    @Test
    void usesEveryOperationOfTheSchemaInItsOwnVectors() throws IOException {
        Fields file = Fields.of("", Json.parse(vectors("vectors.json")));
        Set<String> used = new TreeSet<>();

        Fields.of("", Json.parse(vectors("own-vectors.json"))).items("vectors").forEach(vector -> vector.fields()
                .items("steps")
                .forEach(step -> used.add(step.fields().text("op"))));

        assertThat(used)
                .isEqualTo(file.object("schema").object("operations").map().keySet());
    }

    @Test
    void givesEachVectorADeviceOfItsOwn() {
        Report report = Conformance.run("""
                {"vectors": [
                  {"id": "1", "steps": [{"op": "install", "as": "a", "info": {}, "policy": {}}]},
                  {"id": "2", "steps": [{"op": "token_live", "token": "a", "expect": {"live": false}}]}]}
                """);

        assertThat(report.passed()).isEqualTo(1);
        assertThat(report.failures())
                .extracting(Report.Failure::got)
                .containsExactly("`vectors[1].steps[0].token`: a token introduced before expected, found the text `a`");
    }

    @Test
    void takesLeftOutFieldsForTheSchemasDefaults() {
        Report report = Conformance.run("""
                {"vectors": [{
                  "definitions": {"p": {"grantMode": "user_grant", "availableLevel": "normal"}},
                  "steps": [
                    {"op": "install", "as": "a", "policy": {"request": [{"permission": "p"}]},
                      "expect": {"code": "OK", "attr": 0, "failPermission": null, "failRule": null}},
                    {"op": "grant", "token": "a", "permission": "p"},
                    {"op": "state", "token": "a", "permission": "p", "expect": {"status": "GRANTED", "flags": 0}},
                    {"op": "update", "token": "a"},
                    {"op": "state", "token": "a", "permission": "p", "expect": {"declared": false, "flags": null}}]}]}
                """);

        assertThat(report.failures()).extracting(Report.Failure::text).isEmpty();
    }

    @Test
    void letsANameWhoseInstallWasRefusedStandForTheInvalidId() {
        Report report = Conformance.run("""
                {"vectors": [{"steps": [
                    {"op": "install", "as": "a", "info": {"userId": -1}, "expect": {"code": "ERR_PARAM_INVALID"}},
                    {"op": "delete", "token": "a", "expect": {"code": "ERR_PARAM_INVALID"}},
                    {"op": "install", "as": "a"},
                    {"op": "install", "as": "a", "info": {"userId": -1}, "expect": {"code": "ERR_PARAM_INVALID"}},
                    {"op": "token_live", "token": "a", "expect": {"live": true}}]}]}
                """);

        assertThat(report.failures()).extracting(Report.Failure::text).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"op": "dance"}                                                | op`: a known operation expected, found the text `dance`
            {"op": 5}                                                      | op`: a text expected, found the number `5`
            {}                                                             | op`: a text expected, found nothing
            {"op": "delete"}                                               | token`: a text expected, found nothing
            {"op": "delete", "token": ["a"]}                               | token`: a text expected, found a list of 1
            {"op": "delete", "token": null, "reserve": "yes"}              | reserve`: `true` or `false` expected, found the text `yes`
            {"op": "delete", "token": null, "caller": "me"}                | caller`: one of `non_root_service`, `normal_app`, `root`, `system_app_without_permission`, `without_edm_permission` expected, found the text `me`
            {"op": "delete", "token": null, "expect": 5}                   | expect`: an object expected, found the number `5`
            {"op": "advance", "seconds": 1.5}                              | seconds`: a whole number expected, found the number `1.5`
            {"op": "advance", "seconds": -1}                               | seconds`: a number of 0 to 1000000000 expected, found the number `-1`
            {"op": "install", "info": []}                                  | info`: an object expected, found a list of 0
            {"op": "install", "info": {"userId": 4294967296}}              | info.userId`: a whole number of 32 bits expected, found the number `4294967296`
            {"op": "install", "info": {"appId": {"$len": -1}}}             | info.appId.$len`: a number of 0 to 1048576 expected, found the number `-1`
            {"op": "install", "info": {"appId": {}}}                       | info.appId`: a text expected, found an object of 0 fields
            {"op": "install", "mode": "quick"}                             | mode`: one of `checked`, `raw` expected, found the text `quick`
            {"op": "install", "policy": {"acls": 5}}                       | policy.acls`: a list expected, found the number `5`
            {"op": "install", "policy": {"request": ["p"]}}                | policy.request[0]`: an object expected, found the text `p`
            {"op": "install", "policy": {"request": [{"permission": "p", "flags": ["NOPE"]}]}} | policy.request[0].flags`: names of flags expected, found the text `NOPE`
            {"op": "app_state", "token": null, "state": "ASLEEP"}          | state`: one of `BACKGROUND`, `FOREGROUND`, `STOPPED` expected, found the text `ASLEEP`
            """)
    void failsTheOneVectorThatCannotBeUnderstood(String step, String message) {
        Report report = Conformance.run(
                "{\"vectors\": [{\"id\": \"bad\", \"steps\": [" + step + "]}, {\"id\": \"good\", \"steps\": []}]}");

        assertThat(report.passed()).isEqualTo(1);
        assertThat(report.failures())
                .extracting(Report.Failure::vector, Report.Failure::step, Report.Failure::got)
                .containsExactly(org.assertj.core.api.Assertions.tuple("bad", 1, "`vectors[0].steps[0]." + message));
    }

    @Test
    void namesAVectorWithoutAnIdByItsPlace() {
        Report report = Conformance.run("{\"vectors\": [7, {\"steps\": 8}, {\"definitions\": {\"p\": {}}},"
                + " {\"definitions\": {\"\": {}}}]}");

        assertThat(report.failures())
                .extracting(Report.Failure::text)
                .containsExactly(
                        "FAIL vectors[0] step 0 (head): expected a step of the schema, got `vectors[0]`: an object"
                                + " expected, found the number `7` -- ",
                        "FAIL vectors[1] step 0 (head): expected a step of the schema, got `vectors[1].steps`: a list"
                                + " expected, found the number `8` -- ",
                        "FAIL vectors[2] step 0 (head): expected a step of the schema, got"
                                + " `vectors[2].definitions.p.grantMode`: one of `manual_settings`, `system_grant`,"
                                + " `user_grant` expected, found nothing -- ",
                        "FAIL vectors[3] step 0 (head): expected a step of the schema, got `vectors[3].definitions`:"
                                + " names of 1 to 256 characters expected, found one of 0 -- ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"vectors\": 5}", "{\"vectors\": null}", "7", "{\"vectors\": [}"})
    void refusesWhatIsNoFileOfVectors(String text) {
        assertThatThrownBy(() -> Conformance.run(text))
                .isInstanceOf(VectorException.class)
                .hasMessageContaining(" expected, found ");
    }

    @Test
    void comparesGeneratedTexts() {
        Map<String, Object> generated = Map.of("$len", 3L);

        assertThat(Fields.expanded("x", List.of(generated, 5L))).isEqualTo(List.of("aaa", 5L));
    }

    static String vectors() throws IOException {
        return vectors("vectors.json");
    }

    private static String vectors(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ConformanceTest.class.getResourceAsStream("/atm/" + file), "vectors")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

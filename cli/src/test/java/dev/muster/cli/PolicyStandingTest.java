package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.evidence.Evidence;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.keys.Ed25519Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that say where devices stand, and prove it. */
class PolicyStandingTest {
    private static final Ed25519Signer KEY = Ed25519Signer.generate();

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }

    @Test
    void explainsATimeWithRulesConditionAndTheTruthAboutTheLevel() {
        server.answer(
                "GET /api/v1/policy/explain?device=d&bundle=b&permission=p&user=101&at=2026-11-22T08%3A00%3A00Z",
                200, """
                {"granted":false,"reason":"condition","detail":"denied: no","policyVersion":3,
                 "rules":[{"kind":"Binding","name":"x","role":"r"}],
                 "condition":{"text":"with zone `pit`","holds":null,"unknown":["zone `pit`"]},
                 "levelText":"policy denies; the OS still grants it: observed only",
                 "drift":{"actual":true,"repeats":2},"at":"2026-11-22T08:00:00Z","source":"history","note":"so"}""");

        Ran ran = muster(
                "policy",
                "explain",
                "--device",
                "d",
                "--app",
                "b",
                "--permission",
                "p",
                "--user",
                "101",
                "--at",
                "2026-11-22T08:00:00Z");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains("Binding/x (role r)")
                .contains("with zone `pit` (not known here: zone `pit`)")
                .contains("policy denies; the OS still grants it: observed only")
                .contains("the OS grants it, came back 2 times")
                .contains("2026-11-22T08:00:00Z (history)");
    }

    @Test
    void writesEvidenceAndFindsItGood() throws IOException {
        server.answer("POST /api/v1/policy/evidence", 200, text(evidence()));
        Path file = folder.resolve("camera.json");

        Ran written = muster(
                "policy", "evidence", "--device", "d", "--app", "b", "--permission", "p", "--out", file.toString());
        Ran verified = muster(
                "policy",
                "evidence",
                "verify",
                file.toString(),
                "--key",
                KEY.publicKey().publicKey());

        assertThat(written.exit()).isZero();
        assertThat(server.calls().getLast().body())
                .isEqualTo("{\"device\":\"d\",\"bundle\":\"b\",\"permission\":\"p\"}");
        assertThat(verified.err()).isEmpty();
        assertThat(verified.exit()).isZero();
        assertThat(verified.out()).contains("Evidence: good", "granted: so");
    }

    @Test
    void namesWhatIsWrongWithEvidence() throws IOException {
        String other = Ed25519Signer.generate().publicKey().publicKey();
        Path file = Files.write(folder.resolve("camera.json"), evidence());
        Path key = Files.writeString(folder.resolve("key.txt"), "key: " + other + "\n");

        Ran ran = muster("policy", "evidence", "verify", file.toString(), "--key", key.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("muster: evidence-not-good: failed signature\n");
        assertThat(ran.out()).contains("NOT GOOD");
    }

    @Test
    void needsNoServerToVerifyAndSaysWhatIsMissing() {
        assertThat(muster("policy", "evidence", "verify", "nowhere.json").exit())
                .isEqualTo(2);
        assertThat(muster("policy", "evidence", "--device", "d").err()).contains("expected --device, --app and");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void showsTheMatrixCellByCell() {
        server.answer("GET /api/v1/devices/d/permissions?bundle=b", 200, """
                {"device":"d","policyVersion":3,"wantedVersion":4,"lease":"holds","state":"pending","note":null,
                 "apps":[{"bundle":"b","user":101,"instance":0,"permissions":[{"permission":"p","granted":true,
                  "reason":"role","levelText":"policy grants: everywhere","conditional":true,
                  "lastUsed":"2026-11-22T08:00:00Z"}]}]}""");

        Ran ran = muster("policy", "matrix", "d", "--app", "b");

        assertThat(ran.out())
                .containsPattern("Wanted: +4\n")
                .contains("b@101", "grants", "60m ago", "policy grants: everywhere");
    }

    @Test
    void countsAndListsWhereDevicesStand() {
        server.answer("GET /api/v1/policy/compliance?q=site%3D%3Dnorth&state=drifted&limit=50", 200, """
                {"counts":{"compliant":7,"drifted":1},"items":[{"device":"d","state":"drifted","policyVersion":3,
                 "wantedVersion":3,"why":"so","since":"2026-11-22T08:00:00Z"}],"next":null}""");

        Ran ran = muster("policy", "compliance", "-q", "site==north", "--state", "drifted");

        assertThat(ran.out()).startsWith("compliant 7, drifted 1\n").contains("d       drifted  3");
    }

    @Test
    void showsUseSuggestionsWithTheirDiffsAndShadowResults() {
        server.answer(
                "GET /api/v1/policy/usage?bundle=b&limit=50",
                200,
                "{\"items\":[{\"device\":\"d\",\"bundle\":\"b\",\"permission\":\"p\",\"granted\":5,\"denied\":1}]}");
        server.answer(
                "GET /api/v1/policy/usage/suggestions?days=10",
                200,
                "{\"items\":[{\"role\":\"r\",\"permission\":\"p\",\"bundle\":\"b\",\"devices\":2,\"wholeRole\":true,"
                        + "\"diff\":\"--- Role/r\\n\"}]}");
        server.answer("GET /api/v1/policy/shadow?limit=50", 200, """
                {"version":9,"active":true,"devicesHolding":2,"disagreements":[{"bundle":"b","permission":"p","live":"granted",
                 "liveReason":"role","shadow":"denied","shadowReason":"unbound","count":8,"devices":2}]}""");

        assertThat(muster("policy", "usage", "--app", "b").out()).contains("d       b    p           5");
        assertThat(muster("policy", "usage", "suggestions", "--days", "10", "--diff")
                        .out())
                .contains("take it out of the role", "--- Role/r");
        assertThat(muster("policy", "shadow").out()).contains("granted (role)", "denied (unbound)");
    }

    private static byte[] evidence() {
        String bundle = "b".repeat(64);
        Map<String, Object> predicate = Map.of(
                "question",
                Map.of("tenant", "t", "device", "d", "bundle", "b", "permission", "p", "at", "2026-11-22T08:00:00Z"),
                "answer",
                Map.of("detail", "granted: so", "levelText", "everywhere"),
                "rules",
                List.of(),
                "documents",
                List.of(),
                "bundle",
                Map.of("sha256", bundle),
                "signer",
                Map.of(
                        "keyId",
                        KEY.publicKey().keyId(),
                        "publicKey",
                        KEY.publicKey().publicKey()));
        return Envelope.sign(
                        Evidence.PAYLOAD_TYPE,
                        CanonicalJson.text(Map.of(
                                "_type",
                                Evidence.STATEMENT_TYPE,
                                "subject",
                                List.of(Map.of("name", "policy-bundle", "digest", Map.of("sha256", bundle))),
                                "predicateType",
                                Evidence.PREDICATE_TYPE,
                                "predicate",
                                predicate)),
                        KEY)
                .toJson();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

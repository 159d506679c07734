package dev.muster.trust.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.keys.Ed25519Signer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a reader without a server can find out; manifests of real devices are checked in the control plane's tests. */
class EvidenceVerifierTest {
    private static final Ed25519Signer KEY = Ed25519Signer.generate();
    private static final String BUNDLE = "b".repeat(64);
    private static final String TEXT = "kind: Role\n";

    @Test
    void goodEvidenceIsGoodAndSaysWhatItProves() {
        EvidenceVerifier.Result result = EvidenceVerifier.verify(file(all -> {}), Optional.of(KEY.publicKey()));

        assertThat(result.isGood()).isTrue();
        assertThat(result.question()).contains("`com.eye`", "`p`", "`d`");
        assertThat(result.answer()).isEqualTo("granted: so (everywhere)");
        assertThat(outcome(result, "signature")).isEqualTo(Check.Outcome.GOOD);
    }

    @Test
    void withoutATrustedKeyTheSignerStaysOpen() {
        EvidenceVerifier.Result result = EvidenceVerifier.verify(file(all -> {}), Optional.empty());

        assertThat(result.isGood()).isTrue();
        assertThat(outcome(result, "signer")).isEqualTo(Check.Outcome.OPEN);
    }

    @Test
    void anotherKeyFails() {
        EvidenceVerifier.Result result = EvidenceVerifier.verify(
                file(all -> {}), Optional.of(Ed25519Signer.generate().publicKey()));

        assertThat(failed(result)).containsExactly("signature");
    }

    @Test
    void anAlteredPayloadFails() {
        byte[] file = file(all -> {});
        Envelope good = Envelope.parse(file);
        String altered = new String(good.payload(), StandardCharsets.UTF_8).replace("granted: so", "denied: so");

        EvidenceVerifier.Result result =
                EvidenceVerifier.verify(withPayload(file, altered), Optional.of(KEY.publicKey()));

        assertThat(failed(result)).containsExactly("signature");
    }

    @Test
    void aDocumentThatIsNotItsHashFails() {
        byte[] file = file(predicate -> predicate.put(
                "documents", List.of(Map.of("kind", "Role", "name", "r", "sha256", "0".repeat(64), "text", TEXT))));

        EvidenceVerifier.Result result = EvidenceVerifier.verify(file, Optional.of(KEY.publicKey()));

        assertThat(failed(result)).containsExactly("document");
    }

    @Test
    void aSubjectThatIsNotTheBundleFails() {
        byte[] file = file(predicate -> predicate.put("bundle", Map.of("sha256", "c".repeat(64), "length", 1)));

        EvidenceVerifier.Result result = EvidenceVerifier.verify(file, Optional.of(KEY.publicKey()));

        assertThat(failed(result)).containsExactly("bundle");
    }

    @Test
    void whatIsNoManifestFails() {
        byte[] file = file(
                predicate -> predicate.put("manifest", Map.of("envelope", "{}", "certificates", "not a certificate")));

        EvidenceVerifier.Result result = EvidenceVerifier.verify(file, Optional.of(KEY.publicKey()));

        assertThat(failed(result)).containsExactly("manifest");
    }

    @Test
    void whatIsNoEnvelopeFailsWithItsPlace() {
        EvidenceVerifier.Result result =
                EvidenceVerifier.verify("[]".getBytes(StandardCharsets.UTF_8), Optional.empty());

        assertThat(failed(result)).containsExactly("form");
    }

    private static Check.Outcome outcome(EvidenceVerifier.Result result, String name) {
        return result.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    private static List<String> failed(EvidenceVerifier.Result result) {
        return result.checks().stream()
                .filter(check -> check.outcome() == Check.Outcome.BAD)
                .map(Check::name)
                .toList();
    }

    private static byte[] withPayload(byte[] file, String payload) {
        Envelope other = Envelope.sign(Evidence.PAYLOAD_TYPE, payload.getBytes(StandardCharsets.UTF_8), KEY);
        String signature = signature(file);
        String json = new String(other.toJson(), StandardCharsets.UTF_8);
        return json.replace(signature(other.toJson()), signature).getBytes(StandardCharsets.UTF_8);
    }

    private static String signature(byte[] file) {
        String json = new String(file, StandardCharsets.UTF_8);
        int from = json.indexOf("\"sig\":\"") + 7;
        return json.substring(from, json.indexOf('"', from));
    }

    private static byte[] file(Consumer<Map<String, Object>> change) {
        Map<String, Object> predicate = new LinkedHashMap<>();
        predicate.put(
                "question",
                Map.of(
                        "tenant",
                        "t",
                        "device",
                        "d",
                        "bundle",
                        "com.eye",
                        "permission",
                        "p",
                        "at",
                        "2026-01-01T00:00:00Z"));
        predicate.put("answer", Map.of("detail", "granted: so", "levelText", "everywhere"));
        predicate.put("rules", List.of(Map.of("kind", "Role", "name", "r")));
        predicate.put(
                "documents",
                List.of(Map.of(
                        "kind",
                        "Role",
                        "name",
                        "r",
                        "sha256",
                        EvidenceVerifier.sha256(TEXT.getBytes(StandardCharsets.UTF_8)),
                        "text",
                        TEXT)));
        predicate.put("bundle", Map.of("sha256", BUNDLE, "length", 1));
        predicate.put(
                "signer",
                Map.of(
                        "keyId", KEY.publicKey().keyId(),
                        "publicKey", KEY.publicKey().publicKey()));
        change.accept(predicate);
        Map<String, Object> statement = Map.of(
                "_type",
                Evidence.STATEMENT_TYPE,
                "subject",
                List.of(Map.of("name", "policy-bundle", "digest", Map.of("sha256", BUNDLE))),
                "predicateType",
                Evidence.PREDICATE_TYPE,
                "predicate",
                predicate);
        return Envelope.sign(Evidence.PAYLOAD_TYPE, CanonicalJson.text(statement), KEY)
                .toJson();
    }
}

package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
    @TempDir
    Path folder;

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran offline(String... arguments) {
        return Ran.verb(Map.of("MUSTER_CONFIG", folder.resolve("config").toString()), "", arguments);
    }

    private Ran online(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Path draft(PemSigner... signers) throws IOException {
        Holders holders =
                new Holders(List.of(signers).stream().map(PemSigner::publicKey).toList(), signers.length);
        Targets targets = new Targets(
                7,
                Instant.parse("2027-01-01T00:00:00Z"),
                Map.of("apps/default/a.hap", TargetFile.ofSha256(12, "ab".repeat(32), Map.of())),
                Delegations.NONE,
                Map.of());
        Draft draft = Draft.of("images", "publisher-default", targets, List.of(new Draft.Need("targets", holders)));
        return Files.write(folder.resolve("draft.json"), draft.file());
    }

    @Test
    void whoSignsARemovalSeesWhatGoes() throws IOException {
        PemSigner pump = PemSigner.generate(PemSigner.Kind.ED25519);
        pump.save(Path.of(file("pump.pem")));
        Draft draft = Draft.parse(Files.readAllBytes(draft(pump)))
                .removing(Set.of("apps/default/bad.hap", "apps/default/a.hap"));
        Files.write(folder.resolve("draft.json"), draft.file());

        Ran ran = offline("release", "sign", file("draft.json"), "--key", file("pump.pem"));

        assertThat(ran.out()).contains("apps/default/bad.hap  is taken away");
        assertThat(ran.out()).as("the signed list has it").doesNotContain("apps/default/a.hap  is taken away");
    }

    @Test
    void asksForARemovalAndSaysWhatItWaitsFor() {
        server.answer(
                "POST /api/v1/artifacts/" + "ab".repeat(32) + "/removal",
                200,
                "{\"id\":\"d1\",\"role\":\"publisher-default\","
                        + "\"waiting\":\"waiting for signatures: has signature 1 of 2\"}");

        Ran ran = online("artifact", "remove", "ab".repeat(32));

        assertThat(ran.out())
                .isEqualTo("draft d1 of publisher-default: waiting for signatures: has signature 1 of 2\n");
    }

    @Test
    void makesAKeyAndSignsWithItWithoutAServer() throws IOException {
        assertThat(offline("trust", "init", file("alice.pem"), "--type", "ecdsa")
                        .exit())
                .isZero();
        assertThat(folder.resolve("alice.pub.json")).content().contains("ecdsa-sha2-nistp256");
        PemSigner bob = PemSigner.generate(PemSigner.Kind.ED25519);
        bob.save(folder.resolve("bob.pem"));
        Path draft = draft(PemSigner.load(folder.resolve("alice.pem")), bob);

        Ran first = offline("release", "sign", draft.toString(), "--key", file("alice.pem"));
        Ran second = offline("release", "sign", draft.toString(), "--key", file("bob.pem"));

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out() + first.err())
                .contains("publisher-default", "version 7", "apps/default/a.hap", "12 bytes", "signature 1 of 2");
        assertThat(second.out() + second.err()).contains("signature 2 of 2", "complete");
        assertThat(Draft.parse(Files.readAllBytes(draft)).isComplete()).isTrue();
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void aKeyThatIsNotAskedForSignsNothing() throws IOException {
        Path draft = draft(PemSigner.generate(PemSigner.Kind.ED25519));
        byte[] before = Files.readAllBytes(draft);
        offline("trust", "init", file("mallory.pem"));

        Ran ran = offline("release", "sign", draft.toString(), "--key", file("mallory.pem"));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(Files.readAllBytes(draft)).isEqualTo(before);
    }

    @Test
    void aKeyFileIsNeverReplaced() {
        offline("trust", "init", file("alice.pem"));

        assertThat(offline("trust", "init", file("alice.pem")).exit()).isEqualTo(1);
    }

    @Test
    void bringsASignedDraftToTheOpenOneOfItsRole() throws IOException {
        Path draft = draft(PemSigner.generate(PemSigner.Kind.ED25519));
        server.answer(
                        "GET /api/v1/trust/drafts",
                        200,
                        "{\"items\":[{\"id\":\"d-1\",\"state\":\"published\",\"repository\":\"images\",\"role\":\"publisher-default\"},"
                                + "{\"id\":\"d-2\",\"state\":\"open\",\"repository\":\"images\",\"role\":\"publisher-default\"}]}")
                .answer("POST /api/v1/trust/drafts/d-2/signatures", 200, "{\"id\":\"d-2\",\"waiting\":\"published\"}");

        Ran ran = online("release", "submit", draft.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out() + ran.err()).contains("published");
        assertThat(server.calls().getLast().body()).contains("muster-draft");
    }

    @Test
    void asksForARotationWithPublicKeysOnly() {
        offline("trust", "init", file("alice.pem"));
        server.answer("POST /api/v1/trust/rotations", 200, "{\"items\":[]}");

        Ran ran = online(
                "trust",
                "rotate",
                "--root",
                file("alice.pub.json"),
                "--publisher",
                "default=" + file("alice.pub.json"));

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"root\"", "\"publishers\"", "\"threshold\":1")
                .doesNotContain("PRIVATE");
        assertThat(online("trust", "rotate").exit()).isEqualTo(2);
        assertThat(online("trust", "delegate", "acme").exit()).isEqualTo(2);
    }
}

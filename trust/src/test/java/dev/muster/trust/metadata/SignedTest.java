package dev.muster.trust.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedTest {
    private static final Instant EXPIRES = Instant.parse("2027-01-01T00:00:00Z");

    private final Ed25519Signer one = Ed25519Signer.generate();
    private final Ed25519Signer two = Ed25519Signer.generate();
    private final Targets targets = new Targets(
            3,
            EXPIRES,
            Map.of("apps/a/x", TargetFile.ofSha256(5, "ab".repeat(32), Map.of("muster", Map.of("name", "app/x")))),
            new Delegations(
                    Map.of(one.publicKey().keyId(), one.publicKey()),
                    List.of(new DelegatedRole(
                            "d",
                            new RoleKeys(List.of(one.publicKey().keyId()), 1),
                            List.of("apps/*"),
                            List.of(),
                            true))),
            Map.of("muster", Map.of("device", "t/d", "generation", 7L)));

    @Test
    void whatIsWrittenIsReadTheSame() {
        Signed<Targets> signed = Signed.sign(targets, List.of(one));

        assertThat(Signed.targets("targets", signed.bytes()).metadata()).isEqualTo(targets);
    }

    @Test
    void everyByteThatIsReadIsKept() {
        String spaced = new String(Signed.sign(targets, List.of(one)).bytes(), StandardCharsets.UTF_8)
                .replace("\"signed\":", "\n  \"signed\" : ");

        Signed<Targets> parsed = Signed.targets("targets", spaced.getBytes(StandardCharsets.UTF_8));

        assertThat(parsed.bytes()).isEqualTo(spaced.getBytes(StandardCharsets.UTF_8));
        assertThat(valid(parsed)).isEqualTo(1);
    }

    @Test
    void controlCharactersInTextDoNotBreakTheFile() {
        Targets strange =
                new Targets(1, EXPIRES, Map.of(), Delegations.NONE, Map.of("version", "2.0\n\u0000\u001f\"\\ \t"));
        Signed<Targets> signed = Signed.sign(strange, List.of(one));

        Signed<Targets> read = Signed.targets("targets", signed.bytes());

        assertThat(read.metadata()).isEqualTo(strange);
        assertThat(valid(read)).isEqualTo(1);
    }

    @Test
    void severalPeopleSignOneAfterTheOther() {
        Signed<Targets> first = Signed.sign(targets, List.of(one));
        assertThat(valid(first)).isEqualTo(1);

        Signed<Targets> second = Signed.targets("targets", first.bytes()).withSignature(two);

        assertThat(valid(second)).isEqualTo(2);
    }

    @Test
    void aSignatureThatIsNotHexadecimalCountsForNothing() {
        String text = new String(Signed.sign(targets, List.of(one)).bytes(), StandardCharsets.UTF_8)
                .replaceFirst("\"sig\":\"..", "\"sig\":\"zz");

        assertThat(valid(Signed.targets("targets", text.getBytes(StandardCharsets.UTF_8))))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\":3 | \"version\":0",
                "\"version\":3 | \"version\":-1",
                "\"version\":3 | \"version\":\"3\"",
                "\"version\":3 | \"version\":99999999999999999999",
                "\"version\":3 | \"wersion\":3",
                "2027-01-01T00:00:00Z | 2027-01-01",
                "2027-01-01T00:00:00Z | 2027-01-01T00:00:00+01:00",
                "\"spec_version\":\"1.0.34\" | \"spec_version\":\"2.0.0\"",
                "\"_type\":\"targets\" | \"_type\":\"snapshot\"",
                "\"length\":5 | \"length\":-5",
                "\"threshold\":1 | \"threshold\":0",
                "\"name\":\"d\" | \"name\":\"root\"",
                "\"name\":\"d\" | \"name\":\"\"",
                "\"paths\": | \"path_hash_prefixes\":[],\"paths\":",
                "\"hashes\": | \"bashes\":"
            })
    void aWrongMemberIsRefusedByName(String good, String bad) {
        String text = new String(Signed.sign(targets, List.of(one)).bytes(), StandardCharsets.UTF_8);
        assertThat(text).contains(good);

        assertThatThrownBy(
                        () -> Signed.targets("targets", text.replace(good, bad).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(TrustException.Malformed.class)
                .hasMessageContaining("targets");
    }

    @Test
    void aTargetWithoutAKnownDigestCannotBeChecked() {
        TargetFile file = new TargetFile(1, Map.of("md5", "00"), Map.of());

        assertThatThrownBy(() -> file.check("x", new byte[1])).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void aTargetIsItsLengthAndEveryKnownDigest() {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        TargetFile file = TargetFile.ofSha256(5, Hashes.sha256(bytes), Map.of());

        file.check("x", bytes);

        assertThatThrownBy(() -> file.check("x", "hellO".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(TrustException.HashMismatch.class);
        assertThatThrownBy(() -> file.check("x", new byte[6])).isInstanceOf(TrustException.Length.class);
        TargetFile two = new TargetFile(5, Map.of("sha256", Hashes.sha256(bytes), "sha512", "00"), Map.of());
        assertThatThrownBy(() -> two.check("x", bytes)).isInstanceOf(TrustException.HashMismatch.class);
    }

    private int valid(Signed<Targets> signed) {
        return signed.validSignatures(
                new RoleKeys(List.of(one.publicKey().keyId(), two.publicKey().keyId()), 2),
                Map.of(one.publicKey().keyId(), one.publicKey(), two.publicKey().keyId(), two.publicKey()));
    }
}

package dev.muster.control.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.factory.FactoryAnchor.SerialFrom;
import dev.muster.control.testing.TestAuthority;
import dev.muster.control.testing.TestAuthority.Wish;
import dev.muster.control.testing.TestDevice;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactoryCertificateTest {
    private final Instant now = Instant.now();
    private final KeyPair keys = TestDevice.newKeys();

    FactoryCertificateTest() throws Exception {}

    @Test
    void isBelievedByItsMakersAuthorityAndByOneBelow() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Maker", Wish.authority(1));
        TestAuthority line = maker.below("CN=Line", Wish.authority(0));
        FactoryCertificate shown = shown(line, "CN=1", keys.getPublic(), Wish.leaf());

        assertThatCode(() -> shown.requireFrom(maker.chain().getFirst(), now)).doesNotThrowAnyException();
        assertThatCode(() -> shown.requireFrom(line.chain().getFirst(), now)).doesNotThrowAnyException();
    }

    @Test
    void theAnchorsOwnBoundAndEndCount() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Maker", Wish.authority(0));
        TestAuthority ended = TestAuthority.root(
                "CN=Ended", Wish.authority(0).within(now.minus(Duration.ofDays(9)), now.minusSeconds(9)));
        TestAuthority below = maker.below("CN=Below", Wish.authority(0));

        refuses(shown(below, "CN=1", keys.getPublic(), Wish.leaf()), maker, "at most 0");
        refuses(shown(ended, "CN=1", keys.getPublic(), Wish.leaf()), ended, "");
    }

    @Test
    void weakKeysAndAuthoritiesAreNoDevices() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Maker", Wish.authority(1));
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);

        refuses(shown(maker, "CN=1", weak.generateKeyPair().getPublic(), Wish.leaf()), maker, "RSA 2048");
        refuses(shown(maker, "CN=1", keys.getPublic(), Wish.authority(0)), maker, "authority's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void keysOfEveryKindSign(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        TestAuthority maker = TestAuthority.root("CN=Maker", Wish.authority(0));
        FactoryCertificate shown = shown(maker, "CN=1", pair.getPublic(), Wish.leaf());
        Signature signing = Signature.getInstance(
                algorithm.equals("EC") ? "SHA256withECDSA" : algorithm.equals("RSA") ? "SHA256withRSA" : algorithm);
        signing.initSign(pair.getPrivate());
        signing.update(new byte[] {1, 2});
        byte[] signature = signing.sign();

        assertThatCode(() -> shown.requireFrom(maker.chain().getFirst(), now)).doesNotThrowAnyException();
        assertThat(shown.signed(new byte[] {1, 2}, signature)).isTrue();
        assertThat(shown.signed(new byte[] {1, 3}, signature)).isFalse();
        assertThat(shown.signed(new byte[] {1, 2}, new byte[3])).isFalse();
    }

    @Test
    void theSerialNumberStandsWhereTheMakerSaysAndOnce() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Maker", Wish.authority(0));
        FactoryCertificate shown = shown(
                maker, "SERIALNUMBER=S-2,CN=S-1", keys.getPublic(), Wish.leaf().withUri("urn:dev/ops/S-3"));
        FactoryCertificate named =
                shown(maker, "CN=a,CN=b", keys.getPublic(), Wish.leaf().withDns("s-4.maker.example"));

        assertThat(shown.serial(SerialFrom.CN)).contains("S-1");
        assertThat(shown.serial(SerialFrom.SERIAL_NUMBER)).contains("S-2");
        assertThat(shown.serial(SerialFrom.SAN_URI)).contains("S-3");
        assertThat(shown.serial(SerialFrom.SAN_DNS)).isEmpty();
        assertThat(named.serial(SerialFrom.SAN_DNS)).contains("s-4.maker.example");
        assertThat(named.serial(SerialFrom.CN)).as("two leave it open").isEmpty();
    }

    private static FactoryCertificate shown(TestAuthority issuer, String name, PublicKey key, Wish wish)
            throws Exception {
        var chain = new ArrayList<>(issuer.chain());
        chain.addFirst(issuer.certificate(name, key, wish));
        return FactoryCertificate.parse(TestAuthority.pem(List.copyOf(chain)));
    }

    private void refuses(FactoryCertificate shown, TestAuthority anchor, String why) {
        assertThatThrownBy(() -> shown.requireFrom(anchor.chain().getFirst(), now))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining(why);
    }
}

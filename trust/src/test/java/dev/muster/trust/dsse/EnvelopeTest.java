package dev.muster.trust.dsse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final Ed25519Signer KEY = Ed25519Signer.generate();
    private static final byte[] PAYLOAD = bytes("hello world");

    @Test
    void encodesTypeAndPayloadAsTheSpecificationShows() {
        byte[] encoded = Envelope.pae("http://example.com/HelloWorld", PAYLOAD);

        assertThat(encoded).isEqualTo(bytes("DSSEv1 29 http://example.com/HelloWorld 11 hello world"));
    }

    @Test
    void isSignedByItsKeyAndNoOther() {
        Envelope envelope =
                Envelope.parse(Envelope.sign("text/plain", PAYLOAD, KEY).toJson());

        assertThat(envelope.isSignedBy(KEY.publicKey())).isTrue();
        assertThat(envelope.isSignedBy(Ed25519Signer.generate().publicKey())).isFalse();
        assertThat(envelope.payload()).isEqualTo(PAYLOAD);
        assertThat(envelope.signatures().getFirst().keyId())
                .isEqualTo(KEY.publicKey().keyId());
    }

    @Test
    void anotherTypeOrPayloadIsNotSigned() {
        String json = text(Envelope.sign("text/plain", PAYLOAD, KEY).toJson());

        Envelope otherType = Envelope.parse(bytes(json.replace("text/plain", "text/other")));
        Envelope otherPayload = Envelope.parse(bytes(json.replace("aGVsbG8gd29ybGQ=", "aGVsbG8gd29ybGU=")));

        assertThat(otherType.isSignedBy(KEY.publicKey())).isFalse();
        assertThat(otherPayload.isSignedBy(KEY.publicKey())).isFalse();
    }

    @Test
    void readsBothAlphabetsOfBase64() {
        byte[] odd = {(byte) 0xfb, (byte) 0xff, (byte) 0xfe};
        String json = text(Envelope.sign("text/plain", odd, KEY).toJson());

        Envelope envelope = Envelope.parse(bytes(json.replace("+//+", "-__-")));

        assertThat(json).contains("+//+");
        assertThat(envelope.isSignedBy(KEY.publicKey())).isTrue();
    }

    @Test
    void withoutASignatureItIsNone() {
        assertThatThrownBy(() -> Envelope.parse(bytes("{\"payloadType\":\"a\",\"payload\":\"\",\"signatures\":[]}")))
                .isInstanceOf(TrustException.Malformed.class)
                .hasMessageContaining("at least one signature");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package dev.muster.control.trustrepo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.Verification;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.StarterKeys;
import org.junit.jupiter.api.Test;

class QuickKeysTest {
    private final StarterKeys ring = StarterKeys.inMemory();
    private final QuickKeys quick = new QuickKeys(ring);

    @Test
    void signsWhatTheKeyItselfWouldSign() {
        byte[] message = "what this device must be".getBytes(UTF_8);
        Signer slow = ring.signer(KeyNames.DIRECTOR_TARGETS);

        Signer signer = quick.signer(KeyNames.DIRECTOR_TARGETS);

        // Ed25519 knows no chance: one key and one message have one signature (RFC 8032).
        assertThat(signer.sign(message)).isEqualTo(slow.sign(message));
        assertThat(signer.publicKey()).isEqualTo(slow.publicKey());
        assertThat(Verification.verifies(signer.publicKey(), message, signer.sign(message)))
                .isTrue();
    }

    @Test
    void holdsNoKeyThatItsRingDoesNotHold() {
        assertThatThrownBy(() -> quick.signer("nobody")).isInstanceOf(TrustException.NotFound.class);
    }
}

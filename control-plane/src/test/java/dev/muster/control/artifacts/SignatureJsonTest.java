package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.packages.Chains;
import dev.muster.control.packages.Signature;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureJsonTest {
    private static final Chains CHAINS =
            new Chains(List.of(new Chains.Link(Instant.parse("2026-06-01T12:00:00Z"), List.of("AA==", "AQ=="))));

    @Test
    void readsWhatItStored() {
        for (Signature signature : List.of(
                new Signature.Unsigned(),
                new Signature.UnknownSigner("CN=a", "ab", "CN=r", CHAINS),
                new Signature.Verified("CN=a", "ab", "CN=r", CHAINS))) {
            byte[] stored = JsonObject.write(SignatureJson.stored(signature));

            assertThat(SignatureJson.read(JsonObject.parse(stored))).isEqualTo(signature);
        }
    }

    @Test
    void showsNoCertificatesAndReadsWhatWasStoredBeforeTheyWereKept() {
        Signature signature = new Signature.Verified("CN=a", "ab", "CN=r", CHAINS);

        assertThat(SignatureJson.members(signature)).doesNotContainKey("chains");
        assertThat(SignatureJson.read(JsonObject.parse(JsonObject.write(SignatureJson.members(signature)))))
                .isEqualTo(new Signature.Verified("CN=a", "ab", "CN=r", Chains.NONE));
    }
}

package dev.muster.trust.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.trust.TrustException;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.signing.Draft;
import java.util.List;
import java.util.function.Function;

/**
 * Whatever bytes a mirror, a file of a draft or an envelope of evidence has: it is read, or refused with a
 * {@link TrustException}. What is read keeps its bytes and can be asked for its signatures.
 */
class MetadataFuzzTest {
    private static final List<Function<byte[], ? extends Signed<?>>> READERS =
            List.of(Signed::root, Signed::timestamp, Signed::snapshot, bytes -> Signed.targets("role", bytes));

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        READERS.forEach(reader -> metadata(reader, bytes));
        try {
            Draft.parse(bytes);
        } catch (TrustException refused) {
            // Expected of nearly all.
        }
        try {
            Envelope.parse(bytes);
        } catch (TrustException refused) {
            // Expected of nearly all.
        }
    }

    private static void metadata(Function<byte[], ? extends Signed<?>> reader, byte[] bytes) {
        Signed<?> signed;
        try {
            signed = reader.apply(bytes);
        } catch (TrustException refused) {
            return;
        }
        assertThat(signed.bytes()).isEqualTo(bytes);
        if (signed.metadata() instanceof Root root) {
            root.roles().forEach((name, role) -> {
                try {
                    signed.requireSignatures(name, "root", role, root.keys());
                } catch (TrustException.Threshold tooFew) {
                    assertThat(role.threshold()).isPositive();
                }
            });
        }
    }
}

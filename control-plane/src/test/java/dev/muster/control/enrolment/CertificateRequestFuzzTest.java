package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.testing.TestDevice;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever somebody without a certificate sends as a request or a token: it is read or refused. */
class CertificateRequestFuzzTest {
    static Stream<byte[]> good() throws Exception {
        KeyPair keys = TestDevice.newKeys();
        return Stream.of(
                TestDevice.csr(keys, keys).getBytes(StandardCharsets.UTF_8),
                "default.0123456789ab.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("good")
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            PublicKey key = CertificateRequest.verifiedKey(text);
            assertThat(key.getAlgorithm()).isEqualTo("EC");
        } catch (ProblemException refused) {
            assertThat(refused.code()).isEqualTo(ProblemCode.CSR_INVALID);
        }
        EnrolmentToken.Secret.parse(text)
                .ifPresent(secret -> assertThat(secret.text()).isEqualTo(text));
    }
}

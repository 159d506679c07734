package dev.muster.policy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConformanceTest {
    @Test
    void passesEveryPublicVector() throws IOException {
        Report report = Conformance.run(vectors());

        assertThat(report.failures()).extracting(Report.Failure::text).isEmpty();
        assertThat(report.passed()).isEqualTo(98);
    }

    static String vectors() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ConformanceTest.class.getResourceAsStream("/atm/vectors.json"), "vectors")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

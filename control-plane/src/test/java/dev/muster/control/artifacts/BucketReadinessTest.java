package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.readiness.ReadinessCheck.Unsafe;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BucketReadinessTest {
    @Test
    void aBucketInTheClearIsUnsafeAndNamedWithItsSetting() {
        assertThat(of("s3", "http://minio.example.com:9000").unsafe())
                .extracting(Unsafe::text)
                .singleElement()
                .asString()
                .contains("`muster.artifacts.s3.endpoint`", "`http://minio.example.com:9000`", "https");
    }

    @Test
    void aBucketBehindTlsAndOneOfAmazonsAreSafe() {
        assertThat(of("s3", "https://minio.example.com").unsafe()).isEmpty();
        assertThat(new BucketReadiness("s3", Optional.empty()).unsafe()).isEmpty();
    }

    @Test
    void anAddressThatIsNotUsedDoesNoHarm() {
        assertThat(of("files", "http://minio.example.com:9000").unsafe()).isEmpty();
    }

    private static BucketReadiness of(String store, String endpoint) {
        return new BucketReadiness(store, Optional.of(URI.create(endpoint)));
    }
}

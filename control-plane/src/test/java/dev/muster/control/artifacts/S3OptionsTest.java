package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3OptionsTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    private record Settings(
            Optional<URI> endpoint,
            String region,
            Optional<String> bucket,
            Optional<String> prefix,
            Optional<Boolean> pathStyle,
            Optional<String> accessKey,
            Optional<String> secretKey,
            int partSize,
            Duration timeout)
            implements ArtifactConfig.S3 {}

    private static Settings settings(String endpoint, String bucket, String prefix, String key, int partSize) {
        return new Settings(
                Optional.of(endpoint).filter(text -> !text.isEmpty()).map(URI::create),
                "eu-west-1",
                Optional.of(bucket),
                Optional.of(prefix),
                Optional.empty(),
                Optional.of(key).filter(text -> !text.isEmpty()),
                Optional.of("hidden-word").filter(text -> !key.isEmpty()),
                partSize,
                Duration.ofMinutes(2));
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> S3Options.of(settings("ftp://x", "Not A Bucket", "", "", 1), NO_ENVIRONMENT))
                .hasMessageContaining("`muster.artifacts.s3.endpoint`")
                .hasMessageContaining(
                        "`muster.artifacts.s3.bucket`: expected the name of a bucket, found `Not A Bucket`")
                .hasMessageContaining("found neither")
                .hasMessageContaining("`muster.artifacts.s3.part-size`: expected at least 5242880, found 1");
    }

    @Test
    void takesCredentialsFromTheEnvironmentUnderTheNamesOfAws() {
        S3Options options = S3Options.of(
                settings("", "artifacts", "", "", 5 << 20),
                Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b"));

        assertThat(options.accessKey()).isEqualTo("a");
        assertThat(options.secretKey()).isEqualTo("b");
    }

    @Test
    void aServerOfOnesOwnIsAddressedByPathAndAPrefixEndsInASlash() {
        S3Options own =
                S3Options.of(settings("https://s3.example:9000", "artifacts", "/muster", "k", 5 << 20), NO_ENVIRONMENT);
        S3Options amazons = S3Options.of(settings("", "artifacts", "", "k", 5 << 20), NO_ENVIRONMENT);

        assertThat(own.pathStyle()).isTrue();
        assertThat(own.prefix()).isEqualTo("muster/");
        assertThat(amazons.pathStyle()).isFalse();
        assertThat(amazons.prefix()).isEmpty();
    }

    @Test
    void neverShowsItsSecret() {
        S3Options options = S3Options.of(settings("", "artifacts", "", "k", 5 << 20), NO_ENVIRONMENT);

        assertThat(options.toString()).doesNotContain("hidden-word").contains("`artifacts`", "eu-west-1");
    }
}

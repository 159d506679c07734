package dev.muster.control.artifacts;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket and how to reach it, checked.
 *
 * @param prefix of every key; empty, or ending in {@code /}
 * @param partSize bytes of one part of a long object
 */
record S3Options(
        Optional<URI> endpoint,
        String region,
        String bucket,
        String prefix,
        boolean pathStyle,
        String accessKey,
        String secretKey,
        int partSize,
        Duration timeout) {
    private static final int LEAST_PART = 5 << 20;

    /**
     * Reads the settings.
     *
     * @param environment where AWS's own names of credentials are looked up
     * @throws IllegalStateException that names everything that is wrong at once
     */
    static S3Options of(ArtifactConfig.S3 config, Map<String, String> environment) {
        List<String> wrong = new ArrayList<>();
        String bucket = config.bucket().orElse("");
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            wrong.add("`muster.artifacts.s3.bucket`: expected the name of a bucket, found `" + bucket + "`");
        }
        config.endpoint()
                .filter(endpoint -> !List.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
                        || endpoint.getHost() == null)
                .ifPresent(endpoint ->
                        wrong.add("`muster.artifacts.s3.endpoint`: expected `https://HOST` or `http://HOST`, found `"
                                + endpoint + "`"));
        String accessKey = config.accessKey()
                .or(() -> Optional.ofNullable(environment.get("AWS_ACCESS_KEY_ID")))
                .orElse("");
        String secretKey = config.secretKey()
                .or(() -> Optional.ofNullable(environment.get("AWS_SECRET_ACCESS_KEY")))
                .orElse("");
        if (accessKey.isEmpty() || secretKey.isEmpty()) {
            wrong.add("`muster.artifacts.s3.access-key` and `.secret-key`: expected both, or AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY in the environment, found "
                    + (accessKey.isEmpty() && secretKey.isEmpty() ? "neither" : "one"));
        }
        if (config.partSize() < LEAST_PART) {
            wrong.add("`muster.artifacts.s3.part-size`: expected at least " + LEAST_PART + ", found "
                    + config.partSize());
        }
        if (!config.timeout().isPositive()) {
            wrong.add("`muster.artifacts.s3.timeout`: expected more than nothing, found " + config.timeout());
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(String.join("; ", wrong));
        }
        String prefix = config.prefix().orElse("").replaceAll("^/+", "");
        return new S3Options(
                config.endpoint(),
                config.region(),
                bucket,
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
                config.pathStyle().orElse(config.endpoint().isPresent()),
                accessKey,
                secretKey,
                config.partSize(),
                config.timeout());
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "bucket `" + bucket + "`" + (prefix.isEmpty() ? "" : ", keys below `" + prefix + "`")
                + endpoint.map(address -> " at `" + address + "`").orElse(" in region `" + region + "`");
    }
}

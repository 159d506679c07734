package dev.muster.control.artifacts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where artifacts lie, and how large they may be. Sizes are bytes. */
@ConfigMapping(prefix = "muster.artifacts")
public interface ArtifactConfig {
    /** {@code files}, below the data directory, or {@code s3}. */
    @WithDefault("files")
    String store();

    /** The longest single artifact. */
    @WithDefault("8589934592")
    long maxSize();

    /** The bucket, for the store {@code s3}. */
    S3 s3();

    /** Uploads that can be resumed. */
    Uploads uploads();

    /** The collection of what nothing needs any more. */
    Gc gc();

    /** An S3 bucket. Credentials stand here or in the environment as AWS names them, and nowhere else. */
    interface S3 {
        /** Of a server that is not Amazon's. */
        Optional<URI> endpoint();

        /** Where the bucket is; a server of one's own takes any. */
        @WithDefault("us-east-1")
        String region();

        /** Its name; needed with {@code s3}. */
        Optional<String> bucket();

        /** What every key begins with, such as {@code muster/}. */
        Optional<String> prefix();

        /** The bucket in the path instead of the host name; true for a server of one's own. */
        Optional<Boolean> pathStyle();

        /** Of the credentials, with the secret key; else the environment's. */
        Optional<String> accessKey();

        /** Of the credentials, with the access key. */
        Optional<String> secretKey();

        /** Bytes of one part; what is longer is sent in several. At least 5 MiB, as S3 demands. */
        @WithDefault("16777216")
        int partSize();

        /** How long one call may take, a part's upload included. */
        @WithDefault("PT2M")
        Duration timeout();
    }

    /** Bounds of uploads that can be resumed. */
    interface Uploads {
        /** How long after its last byte an upload can be resumed. */
        @WithDefault("P2D")
        Duration keep();

        /** Uploads of one tenant that are open at once. */
        @WithDefault("16")
        int maxOpen();
    }

    /** When garbage is collected. */
    interface Gc {
        /** Whether workers collect. */
        @WithDefault("true")
        boolean enabled();

        /** How long after its upload, and again after nothing needs it any more, an artifact stays. */
        @WithDefault("P7D")
        Duration grace();
    }
}

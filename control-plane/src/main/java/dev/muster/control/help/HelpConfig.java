package dev.muster.control.help;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of remote help. Whether there is any is up to the signed settings of each device. */
@ConfigMapping(prefix = "muster.help")
public interface HelpConfig {
    /** How long a session lasts at the most. */
    @WithDefault("PT2H")
    Duration longest();

    /** A session in which nothing moves for so long ends. */
    @WithDefault("PT10M")
    Duration idle();

    /** How long the device has to come. */
    @WithDefault("PT60S")
    Duration comes();

    /** How long one that was allowed waits for its beginning. */
    @WithDefault("PT1H")
    Duration begins();

    /** How long sessions and transcripts of terminals are kept. The audit log keeps who, when, what and the digest. */
    @WithDefault("P90D")
    Duration keep();

    /** Of one session, both directions together. */
    @WithDefault("2097152")
    long bytesPerSecond();

    /** Of one terminal, both directions together: what a transcript holds at the most. */
    @WithDefault("16777216")
    long maxTranscript();

    /** Sessions of a tenant that are not over. */
    @WithDefault("100")
    int maxOpen();
}

package dev.muster.control.enrolment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Lives of certificates. */
@ConfigMapping(prefix = "muster.enrolment")
public interface EnrolmentConfig {
    /** Life of a device's certificate; the device renews it after two thirds. */
    @WithDefault("P42D")
    Duration certificateLife();

    /** Life of the server's own certificates; the server renews them after two thirds. */
    @WithDefault("P90D")
    Duration serverCertificateLife();

    /** Longest life of an enrolment token. */
    @WithDefault("P365D")
    Duration longestToken();
}

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

    /** After how long a new authority issues: every instance must know it by then. */
    @WithDefault("PT1M")
    Duration authoritySettles();

    /** Bounds of what devices without a certificate may ask. */
    Limits limits();

    /** Bounds of this instance. */
    interface Limits {
        /**
         * Requests a minute from one address, and at once; 0 for no bound, for where something before this server hides the
         * addresses of devices.
         */
        @WithDefault("1200")
        int perMinute();

        /** Wrong secrets of a token from one address, after which a guess costs nothing here; ten times as many from all. */
        @WithDefault("10")
        int wrongSecrets();

        /** The time in which they are counted. */
        @WithDefault("PT10M")
        Duration wrongWithin();

        /** How long who guessed too often is told to wait. */
        @WithDefault("PT1M")
        Duration refusedFor();
    }
}

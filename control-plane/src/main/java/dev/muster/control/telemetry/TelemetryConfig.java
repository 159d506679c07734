package dev.muster.control.telemetry;

import dev.muster.telemetry.schema.Retention;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long telemetry is kept. */
@ConfigMapping(prefix = "muster.telemetry")
public interface TelemetryConfig {
    /** Per level of detail; at least a day, and each as long as the finer one. */
    Keep keep();

    /** Spans of the levels. */
    interface Keep {
        /** Single samples. */
        @WithDefault("P7D")
        Duration raw();

        /** Windows of a minute. */
        @WithDefault("P90D")
        Duration minutes();

        /** Windows of an hour. */
        @WithDefault("P730D")
        Duration hours();
    }

    /** The same for telemetry's own classes, checked. */
    default Retention retention() {
        return new Retention(keep().raw(), keep().minutes(), keep().hours());
    }
}

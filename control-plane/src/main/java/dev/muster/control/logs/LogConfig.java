package dev.muster.control.logs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How the server writes its log. */
@ConfigMapping(prefix = "muster.log")
public interface LogConfig {
    /** Lines for people, or one JSON object a line with fields for programs. */
    @WithDefault("plain")
    Format format();

    /** Of lines. */
    enum Format {
        PLAIN,
        JSON
    }
}

package dev.muster.control.commands;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long commands are remembered. */
@ConfigMapping(prefix = "muster.commands")
public interface CommandConfig {
    /** How long a command that ended is kept, with what each device answered. The audit log keeps who ran it for ever. */
    @WithDefault("P180D")
    Duration keep();
}

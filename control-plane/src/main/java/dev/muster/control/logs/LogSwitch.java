package dev.muster.control.logs;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Lets Quarkus write JSON where {@code muster.log.format} says so; found as a service. */
public final class LogSwitch implements ConfigSourceFactory {
    // Above application.properties, below what is given from outside.
    private static final int ORDINAL = 255;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue format = context.getValue("muster.log.format");
        if (format == null || !"json".equalsIgnoreCase(format.getValue())) {
            return List.of();
        }
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.log.console.json.enabled", "true", "quarkus.log.file.json.enabled", "true"),
                "muster log",
                ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}

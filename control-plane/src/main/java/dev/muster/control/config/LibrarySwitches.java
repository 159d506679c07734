package dev.muster.control.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Turns switches of libraries as one setting of ours says, for an expression cannot ask whether something is set; found as a service. What
 * they are in {@code application.properties} holds otherwise.
 */
public final class LibrarySwitches implements ConfigSourceInterceptor {
    private static final String TRACES_OFF = "quarkus.otel.sdk.disabled";
    private static final String JSON_LINES = "quarkus.log.console.json.enabled";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue said = context.proceed(name);
        if (said != null
                && name.equals(TRACES_OFF)
                && !text(context, "muster.tracing.endpoint").isBlank()) {
            return said.withValue("false");
        }
        if (said != null
                && name.equals(JSON_LINES)
                && text(context, "muster.log.format").equalsIgnoreCase("json")) {
            return said.withValue("true");
        }
        return said;
    }

    private static String text(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }
}

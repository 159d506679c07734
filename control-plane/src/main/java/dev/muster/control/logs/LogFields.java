package dev.muster.control.logs;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Fields of all lines that this thread writes until {@link #close}, which puts back what was there before. For one thread; scopes may lie
 * within each other.
 */
public final class LogFields implements AutoCloseable {
    /** The tenant that something happens in. */
    public static final String TENANT = "tenant";

    /** The device that it is about. */
    public static final String DEVICE = "device";

    /** The request's id, as in the answer's header. */
    public static final String REQUEST = "requestId";

    private static final String TRACE = "traceId";
    private static final String SPAN = "spanId";

    private final Map<String, @Nullable Object> before = new LinkedHashMap<>();

    private LogFields() {}

    /** Nothing is known. */
    public static LogFields none() {
        return new LogFields();
    }

    /** What happens in a tenant. */
    public static LogFields of(TenantId tenant) {
        return new LogFields().with(TENANT, tenant.value());
    }

    /** What is about a device. */
    public static LogFields of(DeviceRef device) {
        return of(device.tenant()).with(DEVICE, device.device().value());
    }

    /** The same by the key of a record, {@code tenant/device}; one that is none sets nothing. */
    public static LogFields ofKey(@Nullable String key) {
        if (key == null) {
            return none();
        }
        int slash = key.indexOf('/');
        return slash < 0 ? none() : none().with(TENANT, key.substring(0, slash)).with(DEVICE, key.substring(slash + 1));
    }

    /** What is part of a trace. */
    public static LogFields ofSpan(String trace, String span) {
        return new LogFields().with(TRACE, trace).with(SPAN, span);
    }

    private LogFields with(String name, String value) {
        before.put(name, MDC.put(name, value));
        return this;
    }

    @Override
    public void close() {
        before.forEach((name, value) -> {
            if (value == null) {
                MDC.remove(name);
            } else {
                MDC.put(name, value);
            }
        });
    }
}

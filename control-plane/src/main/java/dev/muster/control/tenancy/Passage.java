package dev.muster.control.tenancy;

import dev.muster.protocol.identity.TenantId;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * One transaction that goes on in several tenants, one after the other, for what must be true on both sides at once: who makes
 * or suspends a tenant writes in that tenant and in its own. Each step sees its own tenant's rows and no others, as every
 * transaction does. Not thread-safe.
 */
public final class Passage {
    private final Handle handle;

    Passage(Handle handle) {
        this.handle = handle;
    }

    /** Goes on in {@code tenant}. */
    public <T> T in(TenantId tenant, Function<Handle, T> step) {
        Trip.first(
                handle,
                new Question<>(
                        "select set_config('app.tenant', ?, true)",
                        List.of(tenant.value()),
                        rows -> rows.getString(1)));
        return step.apply(handle);
    }
}

package dev.muster.control.desired;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.trace.Traceparent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The desired state of a device, for people. */
@Path("/devices/{id}/desired")
@RunOnVirtualThread
public class DesiredResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final DesiredStore store;

    DesiredResource(Guard guard, TenantTransactions transactions, DeviceService devices, DesiredStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.store = store;
    }

    /** The targets of one device, as far as its desired state names any. */
    @GET
    @RequiresRole(Role.VIEWER)
    public DesiredAnswer desired(@PathParam("id") String id) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return DesiredAnswer.of(store.read(handle, device).orElseThrow(), store.trace(handle, device));
        });
    }

    /**
     * The answer of {@code GET /devices/{id}/desired}.
     *
     * @param trace id of the trace of the change that raised the generation last; null where it was not traced
     */
    public record DesiredAnswer(long generation, @Nullable String trace, List<Target> targets) {
        /** One target; all but name, state and source are null where the target must be absent. */
        public record Target(
                String name,
                @Nullable String version,
                @Nullable String sha256,
                @Nullable Long length,
                @Nullable Long releaseCounter,
                String state,
                String source) {}

        static DesiredAnswer of(DesiredState state, Optional<Traceparent> trace) {
            return new DesiredAnswer(
                    state.generation(),
                    trace.map(Traceparent::trace).orElse(null),
                    state.targets().stream().map(DesiredAnswer::target).toList());
        }

        private static Target target(DesiredTarget target) {
            String name = target.name().text();
            return switch (target.content()) {
                case DesiredContent.Present present ->
                    new Target(
                            name,
                            present.version(),
                            present.sha256(),
                            present.length(),
                            present.releaseCounter(),
                            "present",
                            target.source());
                case DesiredContent.Absent absent ->
                    new Target(name, null, null, null, null, "absent", target.source());
            };
        }
    }
}

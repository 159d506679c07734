package dev.muster.control.reported;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.TargetCondition;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a device says it is, for people. */
@Path("/devices/{id}")
@RunOnVirtualThread
public class ReportedResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final ReportedStore store;

    ReportedResource(Guard guard, TenantTransactions transactions, DeviceService devices, ReportedStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.store = store;
    }

    /** The last report; no content while none has arrived. */
    @GET
    @Path("/reported")
    @RequiresRole(Role.VIEWER)
    public @Nullable ReportAnswer reported(@PathParam("id") String id) {
        return read(id, (handle, device) -> store.report(handle, device)
                        .map(report -> ReportAnswer.of(report, store.trace(handle, device))))
                .orElse(null);
    }

    /** The last signed manifest; no content while none has arrived. */
    @GET
    @Path("/manifest")
    @RequiresRole(Role.VIEWER)
    public @Nullable ManifestAnswer manifest(@PathParam("id") String id) {
        return read(id, store::manifest).map(ManifestAnswer::of).orElse(null);
    }

    private <T> Optional<T> read(String id, BiFunction<Handle, DeviceId, Optional<T>> query) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            DeviceId device = new DeviceId(devices.require(handle, access.scope(), DeviceService.id(id))
                    .id());
            return query.apply(handle, device);
        });
    }

    /**
     * The answer of {@code GET /devices/{id}/reported}.
     *
     * @param at time of arrival
     * @param trace id of the trace of the change that the device followed; null where that was not traced
     */
    public record ReportAnswer(
            long generation, Instant at, @Nullable String trace, List<Condition> targets) {
        /** Where the device stands with one target. */
        public record Condition(
                String name,
                String state,
                Instant since,
                int progress,
                String reason,
                String message,
                String version,
                @Nullable String sha256) {}

        static ReportAnswer of(StoredReport report, Optional<String> trace) {
            return new ReportAnswer(
                    report.generation(),
                    report.at(),
                    trace.orElse(null),
                    report.targets().stream().map(ReportAnswer::condition).toList());
        }

        private static Condition condition(TargetCondition condition) {
            return new Condition(
                    condition.name().text(),
                    condition.state().text(),
                    condition.since(),
                    condition.progress(),
                    condition.reason(),
                    condition.message(),
                    condition.version(),
                    condition.sha256().orElse(null));
        }
    }

    /** The answer of {@code GET /devices/{id}/manifest}. */
    public record ManifestAnswer(
            Instant at,
            long generation,
            String hardware,
            @Nullable Image image,
            List<App> apps,
            List<String> attacks) {
        /** The booted image. */
        public record Image(String version, String sha256, long length, String slot) {}

        /** One installed app. */
        public record App(
                String bundle,
                long versionCode,
                String versionName,
                @Nullable String sha256,
                String apl,
                List<String> permissions) {}

        static ManifestAnswer of(VersionManifest manifest) {
            return new ManifestAnswer(
                    manifest.at(),
                    manifest.generation(),
                    manifest.hardware(),
                    manifest.image()
                            .map(image -> new Image(image.version(), image.sha256(), image.length(), image.slot()))
                            .orElse(null),
                    manifest.apps().stream()
                            .map(app -> new App(
                                    app.bundle(),
                                    app.versionCode(),
                                    app.versionName(),
                                    app.sha256().orElse(null),
                                    app.apl(),
                                    app.permissions()))
                            .toList(),
                    manifest.attacks());
        }
    }
}

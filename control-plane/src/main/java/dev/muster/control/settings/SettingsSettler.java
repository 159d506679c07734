package dev.muster.control.settings;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Merges the settings of one device anew, after it moved to another site. It moves no device to another version, with
 * one exception: a newcomer gets the version of the last completed rollout if that one means it, because the allow-list of
 * a tenant must hold on every device.
 */
@Singleton
class SettingsSettler implements DeviceListener {
    private static final int BATCH = 200;
    private static final Duration LATER = Duration.ofSeconds(30);

    private final SettingsVersionStore versions;
    private final SettingsTargets targets;
    private final DesiredService desired;
    private final DeviceService devices;
    private final TenantTransactions transactions;
    private final MusterConfig config;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();

    SettingsSettler(
            SettingsVersionStore versions,
            SettingsTargets targets,
            DesiredService desired,
            DeviceService devices,
            TenantTransactions transactions,
            MusterConfig config,
            Clock clock) {
        this.versions = versions;
        this.targets = targets;
        this.desired = desired;
        this.devices = devices;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("settings", this::all);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    @Override
    public void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {
        if (status == DeviceState.Status.ACTIVE) {
            versions.due(handle, device.device(), clock.instant());
        }
    }

    @Override
    public void changed(Handle handle, DeviceRef device) {
        versions.due(handle, device.device(), clock.instant());
    }

    private void all() {
        for (TenantId tenant : transactions.activeTenants()) {
            WorkerThread.safely(tenant, "look for devices of `" + tenant + "` whose settings are due", () -> {
                for (DeviceId device :
                        transactions.in(tenant, handle -> versions.due(handle, clock.instant(), BATCH))) {
                    if (thread.isStopping()) {
                        return;
                    }
                    settle(new DeviceRef(tenant, device));
                }
            });
        }
    }

    private void settle(DeviceRef device) {
        boolean settled = WorkerThread.safely(
                "merge the settings of `" + device + "` anew",
                () -> transactions.run(device.tenant(), handle -> settle(handle, device)));
        if (!settled) {
            later(device);
        }
    }

    private void later(DeviceRef device) {
        transactions.run(
                device.tenant(),
                handle -> versions.due(handle, device.device(), clock.instant().plus(LATER)));
    }

    private void settle(Handle handle, DeviceRef device) {
        if (desired.lock(handle, device.device()).isEmpty()) {
            return;
        }
        versions.done(handle, device.device());
        Optional<Long> version = versions.held(handle, device.device())
                .map(SettingsVersionStore.Held::version)
                .or(() -> newcomer(handle, device));
        if (version.isPresent()) {
            List<DesiredTarget> wanted = targets.hold(handle, device, version.get()).entrySet().stream()
                    .map(target -> new DesiredTarget(target.getKey(), target.getValue(), "settings/" + version.get()))
                    .toList();
            desired.set(handle, device.tenant(), device.device(), wanted);
        } else if (versions.inFlight(handle)) {
            // What is in force for the fleet will be known when the rollout ends.
            versions.due(handle, device.device(), clock.instant().plus(LATER));
        }
    }

    private Optional<Long> newcomer(Handle handle, DeviceRef device) {
        return versions.completed(handle)
                .filter(completed -> !devices.select(
                                handle,
                                Scope.wholeTenant(device.tenant()),
                                Selector.parse("id==\"" + device.device().value() + "\"")
                                        .and(Selector.parse(completed.selector())))
                        .isEmpty())
                .map(SettingsVersionStore.Completed::version);
    }
}

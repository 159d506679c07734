package dev.muster.control.rollouts;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Tells devices when they may switch to what they have loaded. */
@Singleton
final class LeaseRoutes implements DeviceRoutes {
    /** A site without a window may be interrupted at any time; the device asks again tomorrow. */
    private static final InstallLeases.Window ALWAYS = new InstallLeases.Window(Duration.ZERO, Duration.ofDays(1));

    private final LeaseStore store;
    private final TenantTransactions transactions;
    private final Clock clock;

    LeaseRoutes(LeaseStore store, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public void register(DeviceRouter router) {
        router.get(
                "/install-leases",
                request -> DeviceAnswer.json(leases(request.device()).toJson()));
    }

    private InstallLeases leases(DeviceRef device) {
        return transactions.in(device.tenant(), handle -> {
            Map<String, InstallLeases.Window> windows = new HashMap<>();
            for (LeaseStore.Waiting waiting : store.waiting(handle, device.device())) {
                windows.put(
                        waiting.target(),
                        waiting.window()
                                .map(window -> window.next(clock.instant().atZone(waiting.zone())))
                                .orElse(ALWAYS));
            }
            return new InstallLeases(windows);
        });
    }
}

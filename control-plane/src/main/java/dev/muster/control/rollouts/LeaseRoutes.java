package dev.muster.control.rollouts;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;

/** Tells devices when they may switch to what they have loaded. */
@Singleton
final class LeaseRoutes implements DeviceRoutes {
    private final InstallWindows windows;
    private final TenantTransactions transactions;

    LeaseRoutes(InstallWindows windows, TenantTransactions transactions) {
        this.windows = windows;
        this.transactions = transactions;
    }

    @Override
    public void register(DeviceRouter router) {
        router.get(
                "/install-leases",
                request -> DeviceAnswer.json(leases(request.device()).toJson()));
    }

    private InstallLeases leases(DeviceRef device) {
        return transactions.in(device.tenant(), handle -> windows.of(handle, device.device()));
    }
}

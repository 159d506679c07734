package dev.muster.control.commands;

import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/** Forgets commands that ended before {@code muster.commands.keep}. */
@Singleton
class CommandKeeper implements Retention {
    private final CommandConfig config;
    private final TenantTransactions transactions;
    private final CommandStore commands;
    private final CommandDeviceStore devices;
    private final Clock clock;

    CommandKeeper(
            CommandConfig config,
            TenantTransactions transactions,
            CommandStore commands,
            CommandDeviceStore devices,
            Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.commands = commands;
        this.devices = devices;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "old commands";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(config.keep());
        transactions.run(tenant, handle -> {
            // What they uploaded goes with the rows of the devices; the files are swept by the uploads' keeper.
            devices.forget(handle, before);
            commands.forget(handle, before);
        });
    }
}

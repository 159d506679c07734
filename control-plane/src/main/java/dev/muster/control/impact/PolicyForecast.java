package dev.muster.control.impact;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.fleetfiles.FleetForecast;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** On how many devices publishing the draft would change a decision. Thread-safe. */
@Singleton
final class PolicyForecast implements FleetForecast {
    private final ImpactService impact;

    PolicyForecast(ImpactService impact) {
        this.impact = impact;
    }

    @Override
    public String kind() {
        return "Role";
    }

    // The transaction is the caller's: it is bound to the thread.
    @Override
    public long changed(Handle handle, Access access) {
        return impact.answer(access, new ImpactService.Question("", "live", "draft", Selector.ALL, 1, 0))
                .changedDevices();
    }
}

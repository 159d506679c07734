package dev.muster.control.rollouts;

import dev.muster.control.access.Selector;
import dev.muster.control.freezes.Freeze;
import dev.muster.control.freezes.FreezeListener;
import dev.muster.control.freezes.FreezeService;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Keeps devices from starting while a freeze is on, and lets them go when it is moved or lifted. Thread-safe. */
@Singleton
final class FreezeHold implements FreezeListener {
    private final FreezeService freezes;
    private final RolloutDeviceStore rows;

    FreezeHold(FreezeService freezes, RolloutDeviceStore rows) {
        this.freezes = freezes;
        this.rows = rows;
    }

    /** Holds those of the waiting devices that a freeze selects, each once until its end; answers the others. */
    List<DeviceId> pass(Handle handle, RolloutHead rollout, List<DeviceId> waiting, Instant now) {
        if (waiting.isEmpty() || rollout.override().counts()) {
            return waiting;
        }
        List<DeviceId> free = new ArrayList<>(waiting);
        for (Freeze freeze : freezes.active(handle, now)) {
            List<DeviceId> held = rows.selected(handle, Selector.parse(freeze.selector()), free);
            if (!held.isEmpty()) {
                rows.hold(handle, rollout.id(), held, freeze.to(), freeze.told());
                free.removeAll(held);
            }
        }
        return List.copyOf(free);
    }

    @Override
    public void changed(Handle handle, String name) {
        rows.unhold(handle, null, Freeze.mark(name));
    }

    /** Lets go of everything that freezes hold of one rollout. */
    void letGo(Handle handle, RolloutId rollout) {
        rows.unhold(handle, rollout, Freeze.MARK);
    }
}

package dev.muster.control.rollouts;

import dev.muster.control.devices.RolloutsInFlight;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** Counts rollouts for the fleet's first page. */
@Singleton
final class InFlightStore implements RolloutsInFlight {
    @Override
    public long count(Handle handle) {
        return handle.createQuery("select count(*) from rollout where state in ('running', 'paused')")
                .mapTo(Long.class)
                .one();
    }
}

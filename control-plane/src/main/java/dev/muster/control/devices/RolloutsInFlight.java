package dev.muster.control.devices;

import org.jdbi.v3.core.Handle;

/** Says how many rollouts are under way; the feature {@code rollouts} implements it. */
@FunctionalInterface
public interface RolloutsInFlight {
    /** How many of the transaction's tenant are started and not finished. */
    long count(Handle handle);
}

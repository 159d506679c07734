package dev.muster.control.rollouts;

import dev.muster.control.rollouts.DeviceState.Kind;

/** How many devices of a wave are in each state. Counters move by one device at a time and are never recounted. */
record Tally(
        int waiting,
        int started,
        int accepted,
        int succeeded,
        int failed,
        int unreached,
        int superseded,
        int cancelled,
        int blocked) {

    /** A wave nobody has touched. */
    static Tally waiting(int devices) {
        return new Tally(devices, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    int of(Kind kind) {
        return switch (kind) {
            case WAITING -> waiting;
            case STARTED -> started;
            case ACCEPTED -> accepted;
            case SUCCEEDED -> succeeded;
            case FAILED -> failed;
            case UNREACHED -> unreached;
            case SUPERSEDED -> superseded;
            case CANCELLED -> cancelled;
            case BLOCKED -> blocked;
        };
    }

    /** The counters after one device went from {@code from} to {@code to}. */
    Tally move(Kind from, Kind to) {
        return add(from, -1).add(to, 1);
    }

    /** The counters after one device came. */
    Tally joined() {
        return add(Kind.WAITING, 1);
    }

    private Tally add(Kind kind, int by) {
        return new Tally(
                waiting + (kind == Kind.WAITING ? by : 0),
                started + (kind == Kind.STARTED ? by : 0),
                accepted + (kind == Kind.ACCEPTED ? by : 0),
                succeeded + (kind == Kind.SUCCEEDED ? by : 0),
                failed + (kind == Kind.FAILED ? by : 0),
                unreached + (kind == Kind.UNREACHED ? by : 0),
                superseded + (kind == Kind.SUPERSEDED ? by : 0),
                cancelled + (kind == Kind.CANCELLED ? by : 0),
                blocked + (kind == Kind.BLOCKED ? by : 0));
    }

    /** Devices that this rollout still decides about: all but those taken by another one or cancelled. */
    int eligible() {
        return waiting + started + accepted + succeeded + failed + unreached + blocked;
    }

    /** Devices heard from at the rollout's generation. */
    int reached() {
        return accepted + succeeded + failed;
    }

    /** Devices that will move without anybody's help: about to start, started or at work. */
    int open() {
        return waiting + started + accepted;
    }
}

package dev.muster.simulator.behaviour;

import java.util.List;

/** All behaviours. */
public final class Behaviours {
    /** In the order in which they are shown. */
    public static final List<Behaviour> ALL = List.of(
            new Behaviour.Steady(),
            new Behaviour.Flapping(),
            new Behaviour.Slow(),
            new Behaviour.Failing(),
            new Behaviour.Sleeping(),
            new Behaviour.ClockWrong());

    private Behaviours() {}
}

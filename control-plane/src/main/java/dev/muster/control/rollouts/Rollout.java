package dev.muster.control.rollouts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a rollout that its machine decides about. Immutable.
 *
 * @param maxFailurePercent a wave with a greater share of failures pauses the rollout, 0 to 100
 */
record Rollout(RolloutState state, List<Wave> waves, int maxFailurePercent) {
    Rollout {
        waves = List.copyOf(waves);
    }

    Rollout in(RolloutState next) {
        return new Rollout(next, waves, maxFailurePercent);
    }

    Rollout with(Wave wave) {
        List<Wave> next = new ArrayList<>(waves);
        next.set(wave.index(), wave);
        return new Rollout(state, next, maxFailurePercent);
    }

    /** The same, which moves nothing before a second person agreed. */
    Rollout asking() {
        return with(waves.getFirst().asking());
    }

    /** Whether it moves nothing before a second person agreed. */
    boolean awaitsApproval() {
        Wave first = waves.getFirst();
        return first.state() == Wave.State.WAITING && first.awaitsApproval();
    }

    /** What can happen to a rollout as a whole. */
    sealed interface Event {
        /** A person starts it. */
        record Start() implements Event {}

        /** A person pauses it. */
        record Pause(String reason) implements Event {}

        /** A person resumes it. */
        record Resume() implements Event {}

        /** A person stops it for good. */
        record Abort() implements Event {}

        /** A newer rollout of the whole kind took over. */
        record Supersede(RolloutId by) implements Event {}

        /** A second person lets a wave open; that it is a second one is for the caller to see to. */
        record Approve(int wave) implements Event {}

        /** A newcomer goes into the last wave. */
        record Join() implements Event {}

        /** A blocked device waits for its turn again. */
        record Unblock() implements Event {}

        /** Counters or the clock moved: look at the gates. */
        record Evaluate() implements Event {}
    }

    /** What the machine makes of an event. */
    sealed interface Decision {
        /** The rollout as it is now; equal to the old one where nothing changed. */
        record Accepted(Rollout next) implements Decision {}

        /** The event does not fit the state; nothing changed. */
        record Refused(String reason) implements Decision {}
    }

    /** Pure: the transition table in the package documentation. */
    Decision on(Event event, Instant now) {
        return switch (event) {
            case Event.Start e ->
                state instanceof RolloutState.Ready
                        ? accepted(in(new RolloutState.Running()).evaluated(now))
                        : refused("start", "ready");
            case Event.Pause pause ->
                state instanceof RolloutState.Running
                        ? accepted(in(new RolloutState.Paused(pause.reason(), false)))
                        : refused("pause", "running");
            case Event.Resume e ->
                state instanceof RolloutState.Paused paused
                        ? accepted(resumed(paused).evaluated(now))
                        : refused("resume", "paused");
            case Event.Abort e ->
                switch (state) {
                    case RolloutState.Ready s -> accepted(stopped(new RolloutState.Aborted()));
                    case RolloutState.Running s -> accepted(stopped(new RolloutState.Aborted()));
                    case RolloutState.Paused s -> accepted(stopped(new RolloutState.Aborted()));
                    case RolloutState.Completed s -> refused("abort", "ready, running or paused");
                    case RolloutState.Aborted s -> refused("abort", "ready, running or paused");
                    case RolloutState.Superseded s -> refused("abort", "ready, running or paused");
                };
            case Event.Supersede supersede ->
                switch (state) {
                    case RolloutState.Ready s -> accepted(stopped(new RolloutState.Superseded(supersede.by())));
                    case RolloutState.Running s -> accepted(stopped(new RolloutState.Superseded(supersede.by())));
                    case RolloutState.Paused s -> accepted(stopped(new RolloutState.Superseded(supersede.by())));
                    case RolloutState.Completed s -> accepted(this);
                    case RolloutState.Aborted s -> accepted(this);
                    case RolloutState.Superseded s -> accepted(this);
                };
            case Event.Approve approve -> approved(approve.wave(), now);
            case Event.Join e ->
                switch (state) {
                    case RolloutState.Ready s -> accepted(joined(state));
                    case RolloutState.Running s -> accepted(joined(state));
                    case RolloutState.Paused s -> accepted(joined(state));
                    case RolloutState.Completed s -> accepted(joined(new RolloutState.Running()));
                    case RolloutState.Aborted s -> refused("join", "ready, running, paused or completed");
                    case RolloutState.Superseded s -> refused("join", "ready, running, paused or completed");
                };
            case Event.Unblock e ->
                switch (state) {
                    case RolloutState.Ready s -> accepted(this);
                    case RolloutState.Running s -> accepted(this);
                    case RolloutState.Paused s -> accepted(this);
                    // Its wave has passed and stays so; only the device is left to do.
                    case RolloutState.Completed s -> accepted(in(new RolloutState.Running()));
                    case RolloutState.Aborted s -> refused("go on", "ready, running, paused or completed");
                    case RolloutState.Superseded s -> refused("go on", "ready, running, paused or completed");
                };
            case Event.Evaluate e -> accepted(state instanceof RolloutState.Running ? evaluated(now) : this);
        };
    }

    /** A last wave that had passed opens again for the newcomer. */
    private Rollout joined(RolloutState next) {
        Wave last = waves.getLast().grown();
        return in(next).with(last.state() == Wave.State.PASSED ? last.in(Wave.State.RUNNING) : last);
    }

    private Decision approved(int index, Instant now) {
        Optional<Wave> found =
                waves.stream().filter(wave -> wave.index() == index).findFirst();
        if (found.isEmpty()) {
            return new Decision.Refused("expected a wave from 0 to " + (waves.size() - 1) + ", found " + index);
        }
        Wave wave = found.get();
        return switch (state) {
            case RolloutState.Ready s -> approved(wave);
            case RolloutState.Paused s -> approved(wave);
            case RolloutState.Running s ->
                approved(wave) instanceof Decision.Accepted accepted
                        ? accepted(accepted.next().evaluated(now))
                        : approved(wave);
            case RolloutState.Completed s -> refused("approve", "ready, running or paused");
            case RolloutState.Aborted s -> refused("approve", "ready, running or paused");
            case RolloutState.Superseded s -> refused("approve", "ready, running or paused");
        };
    }

    private Decision approved(Wave wave) {
        return wave.state() == Wave.State.WAITING && wave.awaitsApproval()
                ? accepted(with(wave.agreed()))
                : new Decision.Refused("wave `" + wave.name() + "` waits for no approval");
    }

    private Rollout resumed(RolloutState.Paused paused) {
        Rollout next = in(new RolloutState.Running());
        if (paused.gate()) {
            for (Wave wave : waves) {
                next = next.with(wave.toleratingFailures());
            }
        }
        return next;
    }

    private Rollout stopped(RolloutState end) {
        Rollout next = in(end);
        for (Wave wave : waves) {
            if (wave.state() == Wave.State.WAITING || wave.state() == Wave.State.RUNNING) {
                next = next.with(wave.in(Wave.State.STOPPED));
            }
        }
        return next;
    }

    /** Error gates first: a wave that failed must not open the next one by its last success. */
    private Rollout evaluated(Instant now) {
        for (Wave wave : waves) {
            if (wave.state() != Wave.State.WAITING && wave.tripsErrorGate(maxFailurePercent)) {
                return in(new RolloutState.Paused(
                        "wave `" + wave.name() + "`: " + wave.freshFailures() + " of "
                                + wave.tally().eligible() + " devices failed, more than " + maxFailurePercent
                                + " percent",
                        true));
            }
        }
        Rollout next = this;
        for (Wave wave : waves) {
            switch (wave.state()) {
                case PASSED, STOPPED -> {}
                case WAITING -> {
                    // The approval of the first wave is that of the rollout: it counts also where no device is left in
                    // it.
                    if (wave.awaitsApproval()
                            && (wave.index() == 0 || wave.tally().eligible() > 0)) {
                        return next;
                    }
                    next = next.with(wave.in(Wave.State.RUNNING));
                    if (wave.tally().eligible() > 0) {
                        return next;
                    }
                    next = next.with(wave.in(Wave.State.PASSED));
                }
                case RUNNING -> {
                    if (wave.endedShort()) {
                        return next.in(new RolloutState.Paused(
                                "wave `" + wave.name() + "` ended short of its gate: " + wave.holdReason(), true));
                    }
                    // A wave is handed out whole before the next one opens, else devices could be passed over.
                    Wave seen = wave.lookedAt(now);
                    next = next.with(seen);
                    if (!seen.soaked(now)) {
                        return next;
                    }
                    next = next.with(seen.in(Wave.State.PASSED));
                }
            }
        }
        return next.waves.stream().allMatch(wave -> wave.tally().open() == 0)
                ? next.in(new RolloutState.Completed())
                : next;
    }

    private static Decision accepted(Rollout next) {
        return new Decision.Accepted(next);
    }

    private Decision refused(String verb, String expected) {
        return new Decision.Refused("cannot " + verb + ": expected a rollout that is " + expected + ", found `"
                + state.kind().text() + "`");
    }
}

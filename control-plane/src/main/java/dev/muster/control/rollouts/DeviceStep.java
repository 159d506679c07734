package dev.muster.control.rollouts;

import java.time.Duration;
import java.time.Instant;

/** What can happen to one device of a rollout, and what becomes of its state. Pure. */
sealed interface DeviceStep {
    /** The wave reached it: its desired state now carries the targets, at {@code generation}. */
    record Start(long generation, Instant at) implements DeviceStep {}

    /** It reported; {@code generation} is the one it has verified. */
    record Report(long generation, Outcome outcome, Instant at) implements DeviceStep {}

    /** The clock moved on. */
    record Elapse(Instant now) implements DeviceStep {}

    /** A newer rollout took one of its target names. */
    record Supersede(RolloutId by) implements DeviceStep {}

    /** The rollout was aborted. */
    record Cancel() implements DeviceStep {}

    /** Its turn came, and it does not meet what the release requires. */
    record Block(String reason) implements DeviceStep {}

    /** It meets it now. */
    record Unblock() implements DeviceStep {}

    /** What a report says about the rollout's targets, taken together. */
    sealed interface Outcome {
        /** At least one target is on its way. */
        record Pending() implements Outcome {}

        /** All that is not in force is loaded, and waits for a window or for somebody on the device. */
        record Held(String reason) implements Outcome {}

        /** All are in force. */
        record Done() implements Outcome {}

        /** At least one will not come into force without a new document. */
        record Broken(String reason, String message) implements Outcome {}
    }

    /**
     * The state after {@code step}; {@code state} itself where the step means nothing to it.
     *
     * @param deadline how long a device may take from its first report to the end, and how long it may stay silent
     *     before it counts as unreached
     */
    static DeviceState apply(DeviceState state, DeviceStep step, Duration deadline) {
        return switch (step) {
            case Start start -> state instanceof DeviceState.Waiting ? started(start, deadline) : state;
            case Report report -> reported(state, report, deadline);
            case Elapse elapse -> elapsed(state, elapse.now());
            case Supersede supersede ->
                switch (state) {
                    case DeviceState.Waiting s -> new DeviceState.Superseded(supersede.by());
                    case DeviceState.Started s -> new DeviceState.Superseded(supersede.by());
                    case DeviceState.Accepted s -> new DeviceState.Superseded(supersede.by());
                    case DeviceState.Unreached s -> new DeviceState.Superseded(supersede.by());
                    case DeviceState.Succeeded s -> state;
                    case DeviceState.Failed s -> state;
                    case DeviceState.Superseded s -> state;
                    case DeviceState.Cancelled s -> state;
                    case DeviceState.Blocked s -> new DeviceState.Superseded(supersede.by());
                };
            case Cancel cancel -> isNotHandedOut(state) ? new DeviceState.Cancelled() : state;
            case Block block -> isNotHandedOut(state) ? new DeviceState.Blocked(block.reason()) : state;
            case Unblock unblock -> state instanceof DeviceState.Blocked ? new DeviceState.Waiting() : state;
        };
    }

    private static boolean isNotHandedOut(DeviceState state) {
        return state instanceof DeviceState.Waiting || state instanceof DeviceState.Blocked;
    }

    private static DeviceState started(Start start, Duration deadline) {
        return new DeviceState.Started(start.generation(), start.at().plus(deadline));
    }

    private static DeviceState reported(DeviceState state, Report report, Duration deadline) {
        return switch (state) {
            case DeviceState.Started s ->
                judged(state, s.generation(), report, report.at().plus(deadline));
            case DeviceState.Unreached s ->
                judged(state, s.generation(), report, report.at().plus(deadline));
            // The deadline stays where the first report put it: a chatty device gains no time.
            case DeviceState.Accepted s ->
                judged(
                        state,
                        s.generation(),
                        report,
                        s.held().isEmpty() ? s.deadline() : report.at().plus(deadline));
            // Late is better than never, and the counters must tell what is true.
            case DeviceState.Failed s
            when s.reason().equals(DeviceState.Failed.DEADLINE) ->
                report.outcome() instanceof Outcome.Done && report.generation() >= s.generation()
                        ? new DeviceState.Succeeded()
                        : state;
            case DeviceState.Failed s -> state;
            case DeviceState.Waiting s -> state;
            case DeviceState.Succeeded s -> state;
            case DeviceState.Superseded s -> state;
            case DeviceState.Cancelled s -> state;
            case DeviceState.Blocked s -> state;
        };
    }

    private static DeviceState judged(DeviceState state, long generation, Report report, Instant deadline) {
        if (report.generation() < generation) {
            return state;
        }
        return switch (report.outcome()) {
            case Outcome.Pending p -> new DeviceState.Accepted(generation, deadline);
            case Outcome.Held held -> new DeviceState.Accepted(generation, Instant.MAX, held.reason());
            case Outcome.Done d -> new DeviceState.Succeeded();
            case Outcome.Broken broken -> new DeviceState.Failed(generation, broken.reason(), broken.message());
        };
    }

    private static DeviceState elapsed(DeviceState state, Instant now) {
        return switch (state) {
            case DeviceState.Started s -> now.isBefore(s.reachBy()) ? state : new DeviceState.Unreached(s.generation());
            case DeviceState.Accepted s ->
                now.isBefore(s.deadline())
                        ? state
                        : new DeviceState.Failed(
                                s.generation(), DeviceState.Failed.DEADLINE, "accepted, then did not end in time");
            case DeviceState.Waiting s -> state;
            case DeviceState.Unreached s -> state;
            case DeviceState.Succeeded s -> state;
            case DeviceState.Failed s -> state;
            case DeviceState.Superseded s -> state;
            case DeviceState.Cancelled s -> state;
            case DeviceState.Blocked s -> state;
        };
    }
}

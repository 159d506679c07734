package dev.muster.control.rollouts;

/** Life of a rollout. */
sealed interface RolloutState {
    /** Planned, nothing moved. */
    record Ready() implements RolloutState {}

    /** Waves open as gates allow. */
    record Running() implements RolloutState {}

    /**
     * No further device starts; devices that have started go on.
     *
     * @param gate whether a gate did it, and not a person: resuming then accepts the failures seen so far
     */
    record Paused(String reason, boolean gate) implements RolloutState {}

    /** Every wave passed and no device is at work; unreached devices may still come in. */
    record Completed() implements RolloutState {}

    /** Stopped for good by a person; what was handed out stays handed out. */
    record Aborted() implements RolloutState {}

    /** A newer rollout of the whole kind replaced it (policies: at most one in flight). */
    record Superseded(RolloutId by) implements RolloutState {}

    /** The state without its data, as stored. */
    enum Kind {
        READY,
        RUNNING,
        PAUSED,
        COMPLETED,
        ABORTED,
        SUPERSEDED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }

    default Kind kind() {
        return switch (this) {
            case Ready s -> Kind.READY;
            case Running s -> Kind.RUNNING;
            case Paused s -> Kind.PAUSED;
            case Completed s -> Kind.COMPLETED;
            case Aborted s -> Kind.ABORTED;
            case Superseded s -> Kind.SUPERSEDED;
        };
    }
}

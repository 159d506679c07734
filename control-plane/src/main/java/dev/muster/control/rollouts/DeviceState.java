package dev.muster.control.rollouts;

import java.time.Instant;

/** Where one device stands inside one rollout. */
sealed interface DeviceState {
    /** Its wave has not come to it yet; its desired state is untouched. */
    record Waiting() implements DeviceState {}

    /**
     * Its desired state was changed; nothing was heard since.
     *
     * @param generation of the desired state that carries the rollout's targets
     * @param reachBy after this the device counts as unreached
     */
    record Started(long generation, Instant reachBy) implements DeviceState {}

    /**
     * It has reported at the generation or later; the deadline runs from the first such report, and while the device may not
     * switch to what it has loaded it does not run at all.
     *
     * @param deadline {@link Instant#MAX} while it is held
     * @param held why it may not switch; empty where it may
     */
    record Accepted(long generation, Instant deadline, String held) implements DeviceState {
        Accepted(long generation, Instant deadline) {
            this(generation, deadline, "");
        }
    }

    /** Not heard in time. Neither success nor failure: it goes on as soon as the device reports. */
    record Unreached(long generation) implements DeviceState {}

    /** Every target of the rollout is in force. */
    record Succeeded() implements DeviceState {}

    /** A target was refused, rolled back, or the deadline passed ({@link #DEADLINE}). */
    record Failed(long generation, String reason, String message) implements DeviceState {
        /** Reason of a device that accepted and then did not end in time. */
        static final String DEADLINE = "DeadlineExceeded";
    }

    /** A newer rollout took the same target name of this device. */
    record Superseded(RolloutId by) implements DeviceState {}

    /** The rollout was aborted before this device's turn. */
    record Cancelled() implements DeviceState {}

    /**
     * Its turn came and it did not meet what the release requires; its desired state is untouched. Neither success nor failure:
     * it goes on as soon as it does.
     *
     * @param reason what is missing, for people
     */
    record Blocked(String reason) implements DeviceState {}

    /** The state without its data: what is stored in the column and counted in the {@link Tally}. */
    enum Kind {
        WAITING,
        STARTED,
        ACCEPTED,
        UNREACHED,
        SUCCEEDED,
        FAILED,
        SUPERSEDED,
        CANCELLED,
        BLOCKED;

        /** Lower case, as stored and as shown. */
        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }

    default Kind kind() {
        return switch (this) {
            case Waiting s -> Kind.WAITING;
            case Started s -> Kind.STARTED;
            case Accepted s -> Kind.ACCEPTED;
            case Unreached s -> Kind.UNREACHED;
            case Succeeded s -> Kind.SUCCEEDED;
            case Failed s -> Kind.FAILED;
            case Superseded s -> Kind.SUPERSEDED;
            case Cancelled s -> Kind.CANCELLED;
            case Blocked s -> Kind.BLOCKED;
        };
    }
}

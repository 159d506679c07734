package dev.muster.control.rollouts;

import java.util.UUID;

/** What a rollout brings. */
public sealed interface RolloutSubject {
    /** A release. */
    record OfRelease(UUID release) implements RolloutSubject {}

    /** A published policy version. */
    record OfPolicy(long version) implements RolloutSubject {}

    /** All settings documents as they were when they were rolled out. */
    record OfSettings(long version) implements RolloutSubject {}

    /** The kind, as stored and shown. */
    default RolloutKind kind() {
        return switch (this) {
            case OfRelease s -> RolloutKind.RELEASE;
            case OfPolicy s -> RolloutKind.POLICY;
            case OfSettings s -> RolloutKind.SETTINGS;
        };
    }
}

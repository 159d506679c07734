package dev.muster.control.rollouts;

import java.util.UUID;

/** A rollout, unique over all tenants. */
public record RolloutId(UUID value) {
    public static RolloutId parse(String text) {
        return new RolloutId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

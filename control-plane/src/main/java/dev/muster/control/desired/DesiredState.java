package dev.muster.control.desired;

import dev.muster.protocol.desired.TargetName;
import java.util.List;
import java.util.Optional;

/**
 * All that a device must be, as of a generation.
 *
 * @param generation grows with every change
 * @param targets by name, sorted
 */
public record DesiredState(long generation, String hardware, List<DesiredTarget> targets) {
    public DesiredState {
        targets = List.copyOf(targets);
    }

    /** What the name must be, if the state speaks of it. */
    public Optional<DesiredTarget> target(TargetName name) {
        return targets.stream().filter(target -> target.name().equals(name)).findFirst();
    }
}

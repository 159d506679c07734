package dev.muster.agent.reconcile;

import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.desired.TargetName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The verified document: what this device must be. What it does not name is never touched.
 *
 * @param absent what must not be on the device
 */
public record DesiredState(long generation, List<DesiredTarget> targets, List<TargetName> absent) {
    public DesiredState {
        targets = List.copyOf(targets);
        absent = List.copyOf(absent);
    }

    /** Everything the document speaks of. */
    Set<TargetName> named() {
        Set<TargetName> names = new HashSet<>(absent);
        targets.forEach(target -> names.add(target.name()));
        return names;
    }
}

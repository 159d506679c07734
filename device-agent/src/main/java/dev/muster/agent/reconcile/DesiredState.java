package dev.muster.agent.reconcile;

import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.desired.TargetName;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The verified document: what this device must be. What it does not name is never touched.
 *
 * @param absent what must not be on the device
 * @param unknown names of targets that this agent does not know, as text; never touched, and told
 * @param signedAt when the document was signed, where it says so
 */
public record DesiredState(
        long generation,
        List<DesiredTarget> targets,
        List<TargetName> absent,
        Set<String> unknown,
        Optional<Instant> signedAt) {
    public DesiredState {
        targets = List.copyOf(targets);
        absent = List.copyOf(absent);
        unknown = Set.copyOf(unknown);
    }

    /** With known names only. */
    public DesiredState(long generation, List<DesiredTarget> targets, List<TargetName> absent) {
        this(generation, targets, absent, Set.of(), Optional.empty());
    }

    /** Everything the document speaks of. */
    Set<TargetName> named() {
        Set<TargetName> names = new HashSet<>(absent);
        targets.forEach(target -> names.add(target.name()));
        return names;
    }
}

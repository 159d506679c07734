package dev.muster.control.releases;

import dev.muster.control.desired.DesiredContent;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A set of targets. Immutable, here and in the database.
 *
 * @param targets at most one per target name and hardware
 * @param absent what must not be on a device
 * @param requires what a device must be before it comes to it
 * @param createdBy identity, {@code issuer#subject}
 * @param createdByName name of that day, for people; proves nothing
 * @param withdrawnAt since when no new rollout hands it out
 */
public record Release(
        UUID id,
        String name,
        String version,
        List<Target> targets,
        List<TargetName> absent,
        Requirements requires,
        Instant createdAt,
        String createdBy,
        String createdByName,
        Optional<Instant> withdrawnAt) {
    public Release {
        targets = List.copyOf(targets);
        absent = List.copyOf(absent);
    }

    /** One target and the bytes it stands for. */
    public record Target(TargetName name, DesiredContent.Present content) {}

    /** What the release is for a device of this hardware; empty if it has nothing for it. */
    public Map<TargetName, DesiredContent> contentFor(String hardware) {
        Map<TargetName, DesiredContent> content = new TreeMap<>();
        for (Target target : targets) {
            String fits = target.content().hardware();
            // A target made for this very hardware wins over one for any.
            if (fits.equals(hardware) || (TargetCustom.fits(fits, hardware) && !content.containsKey(target.name()))) {
                content.put(target.name(), target.content());
            }
        }
        absent.forEach(name -> content.put(name, new DesiredContent.Absent()));
        return content;
    }
}

package dev.muster.simulator.device;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import java.util.List;

/** What a device must be, as a verified document says. */
public record Document(long generation, List<Target> targets, List<TargetName> absent) {
    public Document {
        targets = List.copyOf(targets);
        absent = List.copyOf(absent);
    }

    /**
     * One thing that must be there.
     *
     * @param length of the bytes, which a simulated device never loads
     */
    public record Target(
            TargetName name, String version, String sha256, long length, long releaseCounter, InstallRule install) {}

    /** Whether something in it waits for a maintenance window. */
    public boolean needsWindows() {
        return targets.stream().anyMatch(target -> target.install().window());
    }
}

package dev.muster.control.ddi;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device is asked to do for one generation of its desired state.
 *
 * @param id below 2^31: clients keep it in 32 bits
 * @param generation of the desired state that it stands for
 * @param source who asked for it, such as {@code rollout/<id>}
 * @param inWindow whether it needs a maintenance window
 * @param marker grows with every offer that the client has to look at anew
 * @param entries of its history
 * @param ready whether the digests of its targets are known
 * @param held whether its rollout has heard that it waits for its window
 */
record DdiAction(
        int id,
        DeviceId device,
        long generation,
        String source,
        InstallRule.Mode mode,
        boolean inWindow,
        ActionState state,
        int marker,
        int entries,
        boolean ready,
        boolean held,
        Instant madeAt,
        @Nullable Instant retrievedAt,
        @Nullable Instant endedAt,
        List<Target> targets) {
    DdiAction {
        targets = List.copyOf(targets);
    }

    /**
     * One of its targets; clients see a software module with one artifact.
     *
     * @param id of the software module
     * @param title of the artifact
     * @param delivered whether all bytes went out to the device
     */
    record Target(
            int id, TargetName name, String title, String version, String sha256, long length, boolean delivered) {}

    /** Digests of bytes, lower-case hex, and how a file of them ends. */
    record Digest(String sha1, String md5, String suffix) {}

    /** A line of its history. */
    record Entry(Instant at, String status, Optional<Integer> code, List<String> messages) {
        Entry {
            messages = List.copyOf(messages);
        }
    }

    /** Whether a client has seen it. */
    boolean isRetrieved() {
        return retrievedAt != null;
    }

    boolean isDelivered() {
        return targets.stream().allMatch(Target::delivered);
    }

    /** The marker that links carry: another one after every switch that the client has to look at anew. */
    int c(boolean windowOpen) {
        int rule =
                switch (mode) {
                    case FORCED -> 0;
                    case SOFT -> 1;
                    case DOWNLOAD_ONLY -> 2;
                };
        return (marker * 3 + rule) * 2 + (windowOpen ? 1 : 0);
    }

    DdiAction with(ActionState next) {
        return new DdiAction(
                id,
                device,
                generation,
                source,
                mode,
                inWindow,
                next,
                marker,
                entries,
                ready,
                held,
                madeAt,
                retrievedAt,
                endedAt,
                targets);
    }
}

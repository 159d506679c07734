package dev.muster.control.ddi;

import dev.muster.protocol.identity.DeviceId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device that speaks DDI.
 *
 * @param controller its name in DDI
 * @param status of the device, and of its tenant
 * @param desired generation of its desired state
 * @param seen the generation that actions were made for
 * @param installed the action that made what it runs
 * @param agent what it says it is
 * @param open the oldest action that is not at its end, without targets
 */
record Client(
        String controller,
        DeviceId device,
        String status,
        long desired,
        long seen,
        boolean attributesWanted,
        AutoConfirm autoConfirm,
        Optional<DdiAccess.Secret> token,
        Optional<Integer> installed,
        String agent,
        String address,
        @Nullable Instant lastPoll,
        Optional<DdiAction> open) {
    /** Whether actions are confirmed by themselves, and who said so. */
    record AutoConfirm(
            boolean active,
            String initiator,
            String remark,
            @Nullable Instant at) {}

    boolean isActive() {
        return status.equals("active");
    }

    /** Suricatta takes {@code update: skip} for an installation that went well. */
    boolean takesSkipForDone() {
        return agent.startsWith("libcurl-agent");
    }

    /** Loads ahead of its window and waits for it. */
    boolean waitsForWindows() {
        return agent.startsWith("rauc-hawkbit");
    }
}

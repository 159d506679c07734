package dev.muster.agent.update;

import java.util.Optional;

/** Decides whether a device may switch now to bytes that it has. Asked by the loop's thread only. */
@FunctionalInterface
public interface InstallGate {
    /** Whatever is written may be switched to. */
    InstallGate OPEN = target -> Optional.empty();

    /**
     * Why the switch waits.
     *
     * @param reason see {@link dev.muster.protocol.reported.HoldReason}
     * @param message for people; the same as long as nothing changed, because every change is told
     */
    record Hold(String reason, String message) {}

    /** Why it has to wait; empty where it need not. */
    Optional<Hold> hold(DesiredTarget target);
}

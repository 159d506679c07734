package dev.muster.agent.policy;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.platform.Platform;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server what holds at this device of all that its policy asks about the moment, whenever that changes, so that
 * people get the reasons the device had. A policy that asks about nothing but time makes it say nothing. Thread-safe.
 */
final class SituationTeller {
    /** A device that stands on the border of a zone says so no more often. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final PolicyKeeper policy;
    private final CapabilityKeeper capabilities;
    private final Platform platform;
    private final DeviceTime time;
    private final PermissionGuard.Events events;
    private final AgentLog log;
    private PermissionEvent.@Nullable Situation told;
    private Instant toldAt = Instant.EPOCH;

    SituationTeller(
            PolicyKeeper policy,
            CapabilityKeeper capabilities,
            Platform platform,
            DeviceTime time,
            PermissionGuard.Events events,
            AgentLog log) {
        this.policy = policy;
        this.capabilities = capabilities;
        this.platform = platform;
        this.time = time;
        this.events = events;
        this.log = log;
    }

    /** Whether the policy asked about the moment at the last look. */
    synchronized boolean mustWatch() {
        return told != null;
    }

    /** One look; called every second while {@link #mustWatch}. */
    synchronized void look() {
        try {
            tell(time.instant());
        } catch (IOException | RuntimeException e) {
            // INVARIANT (the teller never dies): a look that failed is followed by another.
            log.line("the situation could not be told: " + e.getMessage());
        }
    }

    private void tell(Instant now) throws IOException {
        Optional<NavigableSet<String>> holding = policy.holding(platform.situation(now));
        if (holding.isEmpty()) {
            told = null;
            return;
        }
        PermissionEvent.Situation situation = new PermissionEvent.Situation(
                policy.sha256().orElse(""), capabilities.sha256().orElse(""), List.copyOf(holding.get()));
        if (situation.equals(told)
                || (told != null && sameQuestions(told, situation) && now.isBefore(toldAt.plus(PAUSE)))) {
            return;
        }
        events.event(situation.at(now));
        told = situation;
        toldAt = now;
    }

    private static boolean sameQuestions(PermissionEvent.Situation a, PermissionEvent.Situation b) {
        return a.policySha256().equals(b.policySha256())
                && a.capabilitiesSha256().equals(b.capabilitiesSha256());
    }
}

package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Watches ordinary apps that ask about tokens which are not there: 50 such checks within 60 seconds, and every check of
 * other tokens is denied for 30 minutes. Not thread-safe.
 */
final class ProbeMonitor {
    static final int THRESHOLD = 50;
    static final Duration WINDOW = Duration.ofSeconds(60);
    static final Duration PUNISHMENT = Duration.ofMinutes(30);
    private static final int MAX_RECORDS = 80;
    private static final int MAX_APPS = 512;

    private final InstantSource clock;
    /** Least recently probing first: that one makes room when there are too many. */
    private final Map<AccessTokenId, Probes> apps = new LinkedHashMap<>(16, 0.75f, true);

    ProbeMonitor(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Probes {
        final Deque<Instant> times = new ArrayDeque<>();
        Instant deniedUntil = Instant.MIN;
    }

    /** An app asked about a token that is not there. */
    void probed(AccessTokenId app) {
        Instant now = clock.instant();
        Probes probes = apps.computeIfAbsent(app, unseen -> new Probes());
        probes.times.removeIf(time -> !time.isAfter(now.minus(WINDOW)));
        if (probes.times.size() == MAX_RECORDS) {
            probes.times.removeFirst();
        }
        probes.times.addLast(now);
        if (probes.times.size() >= THRESHOLD && !isDenied(app)) {
            probes.deniedUntil = now.plus(PUNISHMENT);
        }
        if (apps.size() > MAX_APPS) {
            apps.remove(apps.keySet().iterator().next());
        }
    }

    /** Whether an app is denied every check of other tokens now. */
    boolean isDenied(AccessTokenId app) {
        Probes probes = apps.get(app);
        return probes != null && clock.instant().isBefore(probes.deniedUntil);
    }

    void forget(AccessTokenId app) {
        apps.remove(app);
    }
}

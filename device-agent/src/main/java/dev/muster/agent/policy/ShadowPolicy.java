package dev.muster.agent.policy;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.update.Installer;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bundle that is only watched: asked beside the one in force on every question, its disagreements counted. It changes no
 * answer, and nothing that is wrong with it hurts: it then simply has no opinion. Thread-safe after {@link #restore}.
 */
final class ShadowPolicy {
    /** More kinds of disagreement than this in one interval are not told apart. */
    private static final int MAX_KEYS = 500;

    private final Shelf<Bundle> shelf;
    private final AgentLog log;
    private final Tally<Disagreement> tally = new Tally<>(MAX_KEYS);
    private final AtomicLong faults = new AtomicLong();
    private Instant from;

    private record Disagreement(
            long shadowVersion, AppKey app, String permission, boolean live, String liveReason, String shadowReason)
            implements Comparable<Disagreement> {
        private static final Comparator<Disagreement> ORDER = Comparator.comparing(Disagreement::app)
                .thenComparing(Disagreement::permission)
                .thenComparing(Disagreement::live)
                .thenComparing(Disagreement::liveReason)
                .thenComparing(Disagreement::shadowReason)
                .thenComparing(Disagreement::shadowVersion);

        @Override
        public int compareTo(Disagreement other) {
            return ORDER.compare(this, other);
        }
    }

    /** Keeps its bundles in {@code directory}; counts from {@code from} on. */
    public ShadowPolicy(Path directory, Instant from, AgentLog log) {
        this.shelf = new Shelf<>(directory, ".bundle", BundleLoader::load);
        this.from = from;
        this.log = log;
    }

    /** Goes on watching what was watched before the restart; what is wrong with it otherwise. */
    public Optional<String> restore() throws IOException {
        return shelf.restore();
    }

    /** The watched bundle as a target. */
    public Installer installer() {
        return new ShelfInstaller<>(shelf, BundleLoader.MAX_LENGTH, new ShelfInstaller.Rules<Bundle>() {
            @Override
            public void admit(Bundle candidate) {
                // Any version may be watched, also one that was in force before.
            }

            @Override
            public Optional<String> problem(Bundle content) {
                return Optional.empty();
            }

            @Override
            public void changed() {
                faults.set(0);
            }
        });
    }

    /** Version of the watched policy; empty where none is. */
    public Optional<Long> version() {
        return shelf.held().map(held -> held.content().policyVersion());
    }

    /** Compares the answer just given with the watched policy's; under the live lease, which is not what is on trial. */
    public void compare(
            AppKey app, String permission, PolicyInForce.Verdict live, LeaseState lease, Situation situation) {
        Optional<Shelf.Held<Bundle>> held = shelf.held();
        if (held.isEmpty()) {
            return;
        }
        try {
            Bundle bundle = held.get().content();
            Answer answer = bundle.describe(
                    bundle.verify(bundle.row(app), bundle.permission(permission), lease, context(bundle, situation)));
            if (answer.granted() != live.granted()) {
                tally.count(
                        new Disagreement(
                                bundle.policyVersion(),
                                app,
                                permission,
                                live.granted(),
                                live.reason().code(),
                                answer.reason().code()),
                        true);
            }
        } catch (RuntimeException e) {
            if (faults.getAndIncrement() == 0) {
                log.line("the watched policy cannot answer: " + e);
            }
        }
    }

    /** The events of the interval that ends {@code now}; the next one begins. */
    public synchronized List<DeviceEvent> take(Instant now) {
        PermissionEvent.Interval interval = new PermissionEvent.Interval(from, now);
        from = now;
        Tally.Taken<Disagreement> taken = tally.take();
        if (taken.dropped() > 0) {
            log.line(taken.dropped() + " disagreements of the watched policy found no place in the count");
        }
        return taken.counts().entrySet().stream()
                .map(entry -> {
                    Disagreement key = entry.getKey();
                    return new PermissionEvent.Shadow(
                                    UsageRecorder.app(key.app()),
                                    key.permission(),
                                    key.live(),
                                    !key.live(),
                                    key.liveReason(),
                                    key.shadowReason(),
                                    entry.getValue().yes(),
                                    interval,
                                    key.shadowVersion())
                            .at(now);
                })
                .toList();
    }

    private static DecisionContext context(Bundle bundle, Situation situation) {
        return DecisionContext.NONE;
    }
}

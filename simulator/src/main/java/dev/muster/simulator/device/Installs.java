package dev.muster.simulator.device;

import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.behaviour.Failure;
import dev.muster.simulator.device.Document.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The device's way from what it is to what its document says: one target after the other, each in the steps of a real agent, by the
 * clock of its behaviour. Nothing is loaded. One thread.
 */
final class Installs {
    private static final Duration ASKS_AGAIN = Duration.ofMinutes(10);
    private static final int WHOLE = 100;

    private final Behaviour behaviour;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final DeviceTrust trust;
    private final Surroundings around;
    private final Map<TargetName, TargetCondition> conditions = new TreeMap<>();
    private final Map<TargetName, Target> inForce = new TreeMap<>();
    private final Deque<Target> waiting = new ArrayDeque<>(2);
    private InstallLeases leases = new InstallLeases(Map.of());
    private @Nullable Target running;
    private long work;

    /** What it needs of the device. */
    interface Surroundings {
        /** A condition changed. */
        void changed();

        /** Nothing is left to do with this document. */
        void settled();

        /** The document is to be got again. */
        void refresh();

        void later(Duration delay, Runnable work);
    }

    Installs(Behaviour behaviour, RandomGenerator random, InstantSource clock, DeviceTrust trust, Surroundings around) {
        this.behaviour = behaviour;
        this.random = random;
        this.clock = clock;
        this.trust = trust;
        this.around = around;
    }

    /** Follows a document from where the device is; what was under way for another makes way. */
    void follow(Document document, InstallLeases windows) {
        work++;
        leases = windows;
        running = null;
        waiting.clear();
        for (TargetName name : document.absent()) {
            inForce.remove(name);
            say(name, ConditionState.ABSENT, 0, "", "", "", Optional.empty());
        }
        for (Target target : document.targets()) {
            Target now = inForce.get(target.name());
            if (now == null || !now.sha256().equals(target.sha256())) {
                waiting.add(target);
            } else {
                say(target, ConditionState.COMMITTED, WHOLE, "", "");
            }
        }
        around.changed();
        next();
    }

    /** One for each target that was ever named. */
    List<TargetCondition> conditions() {
        return new ArrayList<>(conditions.values());
    }

    /** What is in force. */
    List<Target> inForce() {
        return new ArrayList<>(inForce.values());
    }

    boolean anyFailed() {
        return any(ConditionState.FAILED) || any(ConditionState.ROLLED_BACK);
    }

    boolean anyHeld() {
        return any(ConditionState.WRITTEN);
    }

    private boolean any(ConditionState state) {
        return conditions.values().stream().anyMatch(condition -> condition.state() == state);
    }

    private void next() {
        Target target = waiting.poll();
        running = target;
        if (target == null) {
            around.settled();
        } else {
            begin(target);
        }
    }

    private void begin(Target target) {
        Duration pause = behaviour.install(random).dividedBy(4);
        say(target, ConditionState.VERIFIED, 0, "", "");
        then(pause, () -> {
            say(target, ConditionState.FETCHING, WHOLE / 2, "", "");
            then(pause, () -> loaded(target, pause));
        });
    }

    private void loaded(Target target, Duration pause) {
        Optional<Failure> failure = behaviour.failure(random);
        if (failure.isPresent() && failure.get() != Failure.UNHEALTHY) {
            fail(target, ConditionState.FAILED, failure.get());
            return;
        }
        say(target, ConditionState.WRITTEN, WHOLE, held(target), "");
        if (target.install().mode() == InstallRule.Mode.DOWNLOAD_ONLY) {
            around.changed();
            next();
            return;
        }
        if (target.install().window()) {
            Optional<InstallLeases.Window> window = leases.of(target.name());
            if (window.isEmpty()) {
                around.changed();
                then(ASKS_AGAIN, around::refresh);
                return;
            }
            then(window.get().opensIn().plus(pause), () -> trial(target, pause, failure));
            return;
        }
        then(pause, () -> trial(target, pause, failure));
    }

    private String held(Target target) {
        if (target.install().mode() == InstallRule.Mode.DOWNLOAD_ONLY) {
            return HoldReason.DOWNLOAD_ONLY;
        }
        boolean closed = target.install().window()
                && leases.of(target.name())
                        .map(window -> !window.opensIn().isZero())
                        .orElse(true);
        return closed ? HoldReason.WINDOW_CLOSED : "";
    }

    private void trial(Target target, Duration pause, Optional<Failure> failure) {
        say(target, ConditionState.TRIAL, WHOLE, "", "");
        then(pause, () -> {
            if (failure.isPresent()) {
                fail(target, ConditionState.ROLLED_BACK, failure.get());
                return;
            }
            inForce.put(target.name(), target);
            trust.committed(target);
            say(target, ConditionState.COMMITTED, WHOLE, "", "");
            around.changed();
            next();
        });
    }

    private void fail(Target target, ConditionState state, Failure failure) {
        say(target, state, WHOLE, failure.reason(), failure.message());
        around.changed();
        next();
    }

    private void then(Duration pause, Runnable step) {
        around.changed();
        long of = work;
        around.later(pause, () -> {
            if (of == work) {
                step.run();
            }
        });
    }

    private void say(Target target, ConditionState state, int progress, String reason, String message) {
        say(target.name(), state, progress, reason, message, target.version(), Optional.of(target.sha256()));
    }

    private void say(
            TargetName name,
            ConditionState state,
            int progress,
            String reason,
            String message,
            String version,
            Optional<String> sha256) {
        TargetCondition before = conditions.get(name);
        if (before == null || before.state() != state || !before.sha256().equals(sha256)) {
            conditions.put(
                    name,
                    new TargetCondition(name, state, clock.instant(), progress, reason, message, version, sha256));
        }
    }

    /** Whether a target is on its way. */
    boolean isBusy() {
        return running != null;
    }
}

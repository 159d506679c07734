package dev.muster.agent.reconcile;

import dev.muster.agent.config.PowerRule;
import dev.muster.agent.platform.Power;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.InstallGate;
import dev.muster.policy.condition.Situation;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.HoldReason;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Holds what may not be switched to yet: outside of its maintenance window, without a yes from the device where the document
 * asks for one, or an image or app while the device has too little power to finish. Windows are counted on the monotonic clock from the moment the server answered, so no clock is needed and a
 * broken link stops nothing that was promised. After a restart of the agent the server has to be asked again. Thread-safe.
 */
public final class InstallGates implements InstallGate {
    /** State of a device on which nobody minds a restart. */
    public static final String IDLE = "idle";

    private static final int TENS = 10;
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

    private final Leases leases;
    private final Supplier<Situation> situation;
    private final LongSupplier nanos;
    private final Supplier<Power> power;
    private final Supplier<PowerRule> powerRule;
    private boolean wantsPower;
    private boolean wantsIdle;
    private final Map<TargetName, Promise> promises = new HashMap<>();
    private final Set<String> consents = new HashSet<>();

    /** Where leases come from. */
    @FunctionalInterface
    public interface Leases {
        /** The next window of each target. */
        InstallLeases ask() throws IOException;
    }

    private record Promise(long askedAt, long opensAt, long closesAt) {
        boolean isOpen(long now) {
            return now - opensAt >= 0 && now - closesAt < 0;
        }
    }

    /**
     * Makes gates.
     *
     * @param power what the device runs on
     * @param powerRule what it must run on
     * @param nanos a clock that never goes back
     */
    public InstallGates(
            Leases leases,
            Supplier<Situation> situation,
            Supplier<Power> power,
            Supplier<PowerRule> powerRule,
            LongSupplier nanos) {
        this.leases = leases;
        this.situation = situation;
        this.power = power;
        this.powerRule = powerRule;
        this.nanos = nanos;
    }

    /** Somebody on the device agrees to the switch to these bytes, until the agent ends. */
    public synchronized void consent(String sha256) {
        consents.add(sha256);
    }

    @Override
    public synchronized Optional<Hold> hold(DesiredTarget target) {
        InstallRule rule = target.install();
        return switch (rule.mode()) {
            case DOWNLOAD_ONLY ->
                Optional.of(new Hold(HoldReason.DOWNLOAD_ONLY, "loaded and checked; the document asks for no more"));
            case SOFT -> {
                if (consents.contains(target.sha256()) || isIdle()) {
                    yield window(target).or(() -> power(target));
                }
                wantsIdle = true;
                yield Optional.of(new Hold(
                        HoldReason.AWAITING_CONSENT,
                        "waits until the device is `" + IDLE + "` or somebody on it agrees"));
            }
            case FORCED -> window(target).or(() -> power(target));
        };
    }

    /**
     * Whether what was held for want of power or of an idle device need not wait for it any more; told once. Cheap, for
     * every second: a charger that is plugged in should not have to wait for the next pass.
     */
    public synchronized boolean isReleased() {
        boolean released = (wantsPower && lacksPower().isEmpty()) || (wantsIdle && isIdle());
        if (released) {
            wantsPower = false;
            wantsIdle = false;
        }
        return released;
    }

    /** Whether something waits for what {@link #isReleased} sees. */
    public synchronized boolean mustWatch() {
        return wantsPower || wantsIdle;
    }

    private boolean isIdle() {
        return situation.get().states().contains(IDLE);
    }

    // A policy and settings are small files, and a revocation must not wait for a charger.
    private Optional<Hold> power(DesiredTarget target) {
        return switch (target.name()) {
            case TargetName.Image i -> power();
            case TargetName.App a -> power();
            case TargetName.Policy p -> Optional.empty();
            case TargetName.Capabilities c -> Optional.empty();
            case TargetName.PolicyShadow s -> Optional.empty();
            case TargetName.Settings s -> Optional.empty();
        };
    }

    private Optional<Hold> power() {
        Optional<Hold> hold = lacksPower().map(message -> new Hold(HoldReason.AWAITING_POWER, message));
        wantsPower |= hold.isPresent();
        return hold;
    }

    private Optional<String> lacksPower() {
        PowerRule rule = powerRule.get();
        Power now = power.get();
        if (now.mains()) {
            return Optional.empty();
        }
        return switch (rule.need()) {
            case ANY -> Optional.empty();
            case MAINS -> Optional.of("on battery; waits for mains");
            case BATTERY ->
                now.percent().filter(percent -> percent >= rule.percent()).isPresent()
                        ? Optional.empty()
                        : Optional.of("on battery" + charge(now) + "; waits for mains or for " + rule.percent() + " %");
        };
    }

    // In tens: every change of the sentence is told, and a battery that drains is no news each minute.
    private static String charge(Power now) {
        return now.percent()
                .map(percent -> percent < TENS ? ", below 10 %" : ", about " + percent / TENS * TENS + " %")
                .orElse(" of unknown charge");
    }

    private Optional<Hold> window(DesiredTarget target) {
        if (!target.install().window()) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        Promise known = promises.get(target.name());
        if (known != null && known.isOpen(now)) {
            return Optional.empty();
        }
        if (known == null || now - known.closesAt() >= 0 || now - known.askedAt() >= ASK_AGAIN.toNanos()) {
            try {
                Optional<InstallLeases.Window> window = leases.ask().of(target.name());
                if (window.isEmpty()) {
                    return Optional.of(new Hold(HoldReason.WINDOW_CLOSED, "the server has no window for it"));
                }
                long opens = now + window.get().opensIn().toNanos();
                known = new Promise(now, opens, opens + window.get().lasts().toNanos());
                promises.put(target.name(), known);
            } catch (IOException | ProtocolException e) {
                return Optional.of(
                        new Hold(HoldReason.WINDOW_CLOSED, "no window is known, and the server was not reached"));
            }
        }
        return known.isOpen(now)
                ? Optional.empty()
                : Optional.of(new Hold(HoldReason.WINDOW_CLOSED, "waits for its maintenance window"));
    }

    /** How long until the next window that was promised opens; empty where none is ahead. */
    public synchronized Optional<Duration> untilNext() {
        long now = nanos.getAsLong();
        return promises.values().stream()
                .map(promise -> promise.opensAt() - now)
                .filter(left -> left > 0)
                .min(Long::compare)
                .map(Duration::ofNanos);
    }
}

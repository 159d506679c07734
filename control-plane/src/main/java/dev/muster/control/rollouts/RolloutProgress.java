package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.reported.ReportListener;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Moves single devices through their rollouts, always in a transaction that holds the device's row first: what happens to
 * one device happens one after the other. Every step reads the row it changes, so doing one twice changes nothing.
 */
@Singleton
public class RolloutProgress implements ReportListener {
    /** How what waits for an uplink is marked. */
    private static final String UPLINK = "uplink ";

    /** A device that does not come within this loses the time that was kept for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RolloutStore rollouts;
    private final RolloutDeviceStore rows;
    private final UplinkStore uplinks;
    private final BeforeStore befores;
    private final DesiredService desired;
    private final jakarta.enterprise.inject.Instance<ReportedService> reported;
    private final List<RolloutTargets> kinds;
    private final Clock clock;

    RolloutProgress(
            RolloutStore rollouts,
            RolloutDeviceStore rows,
            UplinkStore uplinks,
            BeforeStore befores,
            DesiredService desired,
            // Looked up late: the service tells this listener, and this listener asks the service.
            jakarta.enterprise.inject.Instance<ReportedService> reported,
            @All List<RolloutTargets> kinds,
            Clock clock) {
        this.rollouts = rollouts;
        this.rows = rows;
        this.uplinks = uplinks;
        this.befores = befores;
        this.desired = desired;
        this.reported = reported;
        this.kinds = List.copyOf(kinds);
        this.clock = clock;
    }

    /** Hands the rollout's targets to a waiting device, or leaves it where a newer rollout has the same name. */
    void start(Handle handle, RolloutHead rollout, DeviceRef device) {
        if (desired.lock(handle, device.device()).isEmpty()
                || rollouts.hold(handle, rollout.id())
                        .filter(RolloutState.Kind.RUNNING::equals)
                        .isEmpty()) {
            return;
        }
        Optional<RolloutDevice> found = rows.lock(handle, rollout.id(), device.device())
                .filter(row -> row.state() instanceof DeviceState.Waiting && rows.waveRuns(handle, row));
        if (found.isEmpty()) {
            return;
        }
        RolloutDevice row = found.get();
        Map<TargetName, DesiredContent> content = targets(rollout).targets(handle, rollout.subject(), device);
        List<RolloutDevice> others = rows.lockHandedOut(handle, device.device()).stream()
                .filter(other -> !Collections.disjoint(other.targets(), content.keySet()))
                .toList();
        Optional<RolloutDevice> newer = others.stream()
                .filter(other -> other.startNumber() > rollout.startNumber()
                        && !(other.state() instanceof DeviceState.Superseded))
                .findFirst();
        if (newer.isPresent()) {
            step(handle, row, new DeviceStep.Supersede(newer.get().rollout()));
            return;
        }
        DesiredState before = desired.read(handle, device.device()).orElseThrow();
        if (!uplinkIsFree(handle, device, row, Downloads.bytes(content, before))) {
            return;
        }
        befores.keep(handle, rollout.id(), device.device(), before, content.keySet());
        others.stream()
                .filter(other -> other.startNumber() < rollout.startNumber())
                .forEach(other -> step(handle, other, new DeviceStep.Supersede(rollout.id())));
        handOut(handle, rollout, device, row, content, before.generation());
    }

    /**
     * Whether the device may load now. Where its site limits the uplink, it gets a time of its own, one after the other; it
     * keeps that as long as it comes soon after.
     */
    private boolean uplinkIsFree(Handle handle, DeviceRef device, RolloutDevice row, long bytes) {
        if (bytes == 0) {
            return true;
        }
        Optional<UplinkStore.Uplink> uplink = uplinks.of(handle, device.device());
        Instant now = clock.instant();
        if (uplink.isEmpty() || rows.heldUntilJustNow(handle, row, UPLINK, now, PATIENCE)) {
            return true;
        }
        Instant begin = uplinks.reserve(handle, uplink.get(), uplink.get().time(bytes), now);
        if (!begin.isAfter(now)) {
            return true;
        }
        rows.hold(
                handle,
                row.rollout(),
                List.of(device.device()),
                begin,
                UPLINK + "of site `" + uplink.get().site() + "` is taken until " + begin);
        return false;
    }

    private void handOut(
            Handle handle,
            RolloutHead rollout,
            DeviceRef device,
            RolloutDevice row,
            Map<TargetName, DesiredContent> content,
            long newest) {
        List<DesiredTarget> wanted = new ArrayList<>();
        content.forEach((name, what) -> wanted.add(new DesiredTarget(
                name, what, "rollout/" + rollout.id(), rollout.installing().rule())));
        long generation =
                desired.set(handle, device.tenant(), device.device(), wanted).orElseThrow();
        DeviceState started =
                DeviceStep.apply(row.state(), new DeviceStep.Start(generation, clock.instant()), rollout.deadline());
        rows.save(handle, row, started, content.keySet(), clock.instant());
        // A device that holds the targets already will not report again by itself; one that spoke of this document
        // before it was made was guessing.
        reported.get()
                .report(handle, device.device())
                .filter(report -> report.generation() <= newest)
                .ifPresent(report -> report(handle, device, report.generation(), report.targets()));
    }

    @Override
    public void reported(Handle handle, DeviceRef device, ReportedState state) {
        report(handle, device, state.generation(), state.targets());
    }

    private void report(Handle handle, DeviceRef device, long generation, List<TargetCondition> conditions) {
        List<RolloutDevice> open = rows.lockHandedOut(handle, device.device());
        if (open.isEmpty()) {
            return;
        }
        DesiredState state = desired.read(handle, device.device()).orElseThrow();
        if (generation > state.generation()) {
            // Nobody made that document, so whoever claims to have seen it proves nothing.
            return;
        }
        for (RolloutDevice row : open) {
            Outcome outcome = Outcomes.of(row.targets(), state, conditions);
            step(handle, row, new DeviceStep.Report(generation, outcome, clock.instant()));
        }
    }

    /** Looks at the clock for one device. */
    void elapse(Handle handle, RolloutId rollout, DeviceRef device) {
        desired.lock(handle, device.device());
        rows.lock(handle, rollout, device.device())
                .ifPresent(row -> step(handle, row, new DeviceStep.Elapse(clock.instant())));
    }

    private void step(Handle handle, RolloutDevice row, DeviceStep step) {
        DeviceState next = DeviceStep.apply(row.state(), step, row.deadline());
        if (!next.equals(row.state())) {
            Collection<TargetName> targets = row.targets();
            rows.save(handle, row, next, targets, clock.instant());
        }
    }

    private RolloutTargets targets(RolloutHead rollout) {
        return kinds.stream()
                .filter(targets -> targets.kind() == rollout.subject().kind())
                .findFirst()
                .orElseThrow();
    }
}

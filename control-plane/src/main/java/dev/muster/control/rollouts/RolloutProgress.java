package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.reported.ReportListener;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.reported.StoredReport;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import dev.muster.control.rollouts.RolloutDeviceStore.Move;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.reported.TargetCondition;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves devices through their rollouts, many in one transaction because a statement costs more than a row, and always in one
 * that holds the devices' rows first: what happens to one device happens one after the other. Every step reads the row it
 * changes, so doing one twice changes nothing.
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

    /**
     * Hands the rollout's targets to those of the devices that wait; leaves those for which a newer rollout has the same name, and
     * those that do not meet what the subject requires.
     */
    void start(Handle handle, RolloutHead rollout, TenantId tenant, Collection<DeviceId> devices) {
        desired.lock(handle, devices);
        if (rollouts.hold(handle, rollout.id())
                .filter(RolloutState.Kind.RUNNING::equals)
                .isEmpty()) {
            return;
        }
        Map<DeviceId, RolloutDevice> waiting = new LinkedHashMap<>();
        rows.lockWaiting(handle, rollout.id(), devices).forEach(row -> waiting.put(row.device(), row));
        Map<DeviceId, DesiredState> before = desired.read(handle, waiting.keySet());
        Map<DeviceId, Map<TargetName, DesiredContent>> content =
                targets(rollout).targets(handle, rollout.subject(), tenant, before);
        Map<DeviceId, List<RolloutDevice>> handedOut = rows.lockHandedOut(handle, waiting.keySet());
        Map<DeviceId, List<String>> unmet = targets(rollout).unmet(handle, rollout.subject(), before);
        List<Move> settled = new ArrayList<>();
        List<Start> starts = new ArrayList<>();
        for (RolloutDevice row : waiting.values()) {
            Map<TargetName, DesiredContent> wanted = content.getOrDefault(row.device(), Map.of());
            List<RolloutDevice> others = handedOut.getOrDefault(row.device(), List.of()).stream()
                    .filter(other -> !Collections.disjoint(other.targets(), wanted.keySet()))
                    .toList();
            Optional<RolloutDevice> newer = others.stream()
                    .filter(other -> other.startNumber() > rollout.startNumber()
                            && !(other.state() instanceof DeviceState.Superseded))
                    .findFirst();
            if (newer.isPresent()) {
                add(settled, row, new DeviceStep.Supersede(newer.get().rollout()));
            } else if (unmet.containsKey(row.device())) {
                add(settled, row, new DeviceStep.Block(String.join("; ", require(unmet, row.device()))));
            } else {
                starts.add(new Start(row, wanted, require(before, row.device()), others));
            }
        }
        List<Start> now = withUplink(handle, starts);
        for (Start start : now) {
            start.others().stream()
                    .filter(other -> other.startNumber() < rollout.startNumber())
                    .forEach(other -> add(settled, other, new DeviceStep.Supersede(rollout.id())));
        }
        rows.save(handle, settled, clock.instant());
        if (!now.isEmpty()) {
            handOut(handle, rollout, tenant, now);
        }
    }

    /**
     * A device about to start.
     *
     * @param before what it was to hold until now
     * @param others rows of other rollouts that handed it targets of the same names
     */
    private record Start(
            RolloutDevice row,
            Map<TargetName, DesiredContent> content,
            DesiredState before,
            List<RolloutDevice> others) {
        long bytes() {
            return Downloads.bytes(content, before);
        }
    }

    /**
     * Those that may load now. Where its site limits the uplink, a device gets a time of its own, one after the other; it
     * keeps that as long as it comes soon after.
     */
    private List<Start> withUplink(Handle handle, List<Start> starts) {
        List<DeviceId> loading = starts.stream()
                .filter(start -> start.bytes() > 0)
                .map(start -> start.row().device())
                .toList();
        Map<DeviceId, UplinkStore.Uplink> limits = loading.isEmpty() ? Map.of() : uplinks.of(handle, loading);
        return starts.stream()
                .filter(start ->
                        uplinkIsFree(handle, start, limits.get(start.row().device())))
                .toList();
    }

    private boolean uplinkIsFree(Handle handle, Start start, UplinkStore.@Nullable Uplink uplink) {
        Instant now = clock.instant();
        RolloutDevice row = start.row();
        if (uplink == null || rows.heldUntilJustNow(handle, row, UPLINK, now, PATIENCE)) {
            return true;
        }
        Instant begin = uplinks.reserve(handle, uplink, uplink.time(start.bytes()), now);
        if (!begin.isAfter(now)) {
            return true;
        }
        rows.hold(
                handle,
                row.rollout(),
                List.of(row.device()),
                begin,
                UPLINK + "of site `" + uplink.site() + "` is taken until " + begin);
        return false;
    }

    private void handOut(Handle handle, RolloutHead rollout, TenantId tenant, List<Start> starts) {
        List<BeforeStore.Before> kept = new ArrayList<>();
        Map<DeviceId, List<DesiredTarget>> wanted = new LinkedHashMap<>();
        for (Start start : starts) {
            DeviceId device = start.row().device();
            start.content().keySet().forEach(name -> kept.add(BeforeStore.Before.of(device, name, start.before())));
            wanted.put(
                    device,
                    start.content().entrySet().stream()
                            .map(target -> new DesiredTarget(
                                    target.getKey(),
                                    target.getValue(),
                                    "rollout/" + rollout.id(),
                                    rollout.installing().rule()))
                            .toList());
        }
        befores.keep(handle, rollout.id(), kept);
        Map<DeviceId, Long> generations = desired.set(handle, tenant, wanted);
        Instant now = clock.instant();
        List<Move> moves = new ArrayList<>();
        for (Start start : starts) {
            long generation = require(generations, start.row().device());
            moves.add(new Move(
                    start.row(),
                    DeviceStep.apply(start.row().state(), new DeviceStep.Start(generation, now), rollout.deadline()),
                    start.content().keySet()));
        }
        rows.save(handle, moves, now);
        heardBefore(handle, starts);
    }

    /**
     * A device that holds the targets already will not report again by itself; one that spoke of this document before it was
     * made was guessing.
     */
    private void heardBefore(Handle handle, List<Start> starts) {
        Map<DeviceId, StoredReport> reports = reported.get()
                .reports(
                        handle,
                        starts.stream().map(start -> start.row().device()).toList());
        Map<DeviceId, Said> said = new LinkedHashMap<>();
        for (Start start : starts) {
            DeviceId device = start.row().device();
            StoredReport report = reports.get(device);
            if (report != null
                    && report.generation() <= start.before().generation()
                    && speaksOf(report, start.content())) {
                said.put(device, new Said(report.generation(), report.targets()));
            }
        }
        report(handle, said);
    }

    /** A report without a word of any of these targets moves nothing; that is most of them, and not worth a look. */
    private static boolean speaksOf(StoredReport report, Map<TargetName, DesiredContent> content) {
        return content.values().stream().anyMatch(DesiredContent.Absent.class::isInstance)
                || report.targets().stream().map(TargetCondition::name).anyMatch(content::containsKey);
    }

    /** What a device said: the document it has verified, and what became of that. */
    private record Said(long generation, List<TargetCondition> conditions) {}

    @Override
    public void reported(Handle handle, TenantId tenant, List<Report> reports) {
        Map<DeviceId, Said> said = new LinkedHashMap<>();
        reports.forEach(report -> said.put(
                report.device(),
                new Said(report.state().generation(), report.state().targets())));
        report(handle, said);
    }

    private void report(Handle handle, Map<DeviceId, Said> said) {
        Map<DeviceId, List<RolloutDevice>> open = said.isEmpty() ? Map.of() : rows.lockHandedOut(handle, said.keySet());
        if (open.isEmpty()) {
            return;
        }
        Map<DeviceId, DesiredState> states = desired.read(handle, open.keySet());
        List<Move> moves = new ArrayList<>();
        open.forEach((device, handedOut) -> {
            DesiredState state = require(states, device);
            Said word = require(said, device);
            // Nobody made a document of a later generation, so whoever claims to have seen it proves nothing.
            if (word.generation() <= state.generation()) {
                for (RolloutDevice row : handedOut) {
                    Outcome outcome = Outcomes.of(row.targets(), state, word.conditions());
                    add(moves, row, new DeviceStep.Report(word.generation(), outcome, clock.instant()));
                }
            }
        });
        rows.save(handle, moves, clock.instant());
    }

    /** Looks at the clock for one device. */
    void elapse(Handle handle, RolloutId rollout, DeviceRef device) {
        desired.lock(handle, device.device());
        List<Move> moves = new ArrayList<>();
        rows.lock(handle, rollout, device.device())
                .ifPresent(row -> add(moves, row, new DeviceStep.Elapse(clock.instant())));
        rows.save(handle, moves, clock.instant());
    }

    private static void add(List<Move> moves, RolloutDevice row, DeviceStep step) {
        DeviceState next = DeviceStep.apply(row.state(), step, row.deadline());
        if (!next.equals(row.state())) {
            moves.add(new Move(row, next, row.targets()));
        }
    }

    private static <T> T require(Map<DeviceId, T> map, DeviceId device) {
        T value = map.get(device);
        if (value == null) {
            throw new IllegalStateException("`" + device + "` is locked and yet gone");
        }
        return value;
    }

    private RolloutTargets targets(RolloutHead rollout) {
        return kinds.stream()
                .filter(targets -> targets.kind() == rollout.subject().kind())
                .findFirst()
                .orElseThrow();
    }
}

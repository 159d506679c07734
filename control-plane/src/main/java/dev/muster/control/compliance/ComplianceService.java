package dev.muster.control.compliance;

import dev.muster.control.access.Scope;
import dev.muster.control.compliance.ComplianceStore.Kept;
import dev.muster.control.compliance.ComplianceStore.Said;
import dev.muster.control.desired.DesiredListener;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.events.EventListener;
import dev.muster.control.explain.Bundles;
import dev.muster.control.explain.Cells;
import dev.muster.control.explain.Held;
import dev.muster.control.explain.Levels;
import dev.muster.control.explain.PermissionReports;
import dev.muster.control.explain.PolicyHistory;
import dev.muster.control.reported.ReportListener;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.protocol.reported.TargetCondition;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Judges a device anew whenever something about it changed, in the transaction that changed it and under the device's row.
 * Judging twice changes nothing. Thread-safe.
 */
@Singleton
final class ComplianceService implements ReportListener, DesiredListener, DeviceListener, EventListener {
    private static final int LONGEST_WHY = 400;

    private final ComplianceStore store;
    private final PolicyHistory history;
    private final PermissionReports reports;
    private final Bundles bundles;
    private final Instance<DeviceService> devices;
    private final ComplianceConfig config;
    private final Clock clock;

    ComplianceService(
            ComplianceStore store,
            PolicyHistory history,
            PermissionReports reports,
            Bundles bundles,
            // Looked up late: the service tells this listener, and this listener asks the service.
            Instance<DeviceService> devices,
            ComplianceConfig config,
            Clock clock) {
        this.store = store;
        this.history = history;
        this.reports = reports;
        this.bundles = bundles;
        this.devices = devices;
        this.config = config;
        this.clock = clock;
    }

    /** Of reports only those that can change a verdict are looked into: the rest would cost a row each for nothing. */
    @Override
    public void told(Handle handle, TenantId tenant, List<Report> reports) {
        List<DeviceId> asBefore = reports.stream()
                .filter(ComplianceService::saysTheSameOfPolicies)
                .map(Report::device)
                .toList();
        Set<DeviceId> settled = store.fresh(
                handle, asBefore, clock.instant().plus(config.staleAfter()).minus(grain()));
        reports.stream()
                .filter(report -> !settled.contains(report.device()))
                .forEach(report -> judge(handle, new DeviceRef(tenant, report.device())));
    }

    private static boolean saysTheSameOfPolicies(Report report) {
        return report.before()
                .filter(before -> policies(before.targets())
                        .equals(policies(report.state().targets())))
                .isPresent();
    }

    private static List<TargetCondition> policies(List<TargetCondition> targets) {
        return targets.stream()
                .filter(target ->
                        target.name() instanceof TargetName.Policy || target.name() instanceof TargetName.Capabilities)
                .sorted(Comparator.comparing(TargetCondition::name))
                .toList();
    }

    @Override
    public void told(Handle handle, DeviceRef device) {
        judge(handle, device);
    }

    @Override
    public void desiredChanged(Handle handle, DeviceRef device, Set<TargetName> targets) {
        // Of what a device must be, the verdict asks for the policy alone.
        if (targets.contains(new TargetName.Policy())) {
            judge(handle, device);
        }
    }

    @Override
    public void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {
        if (status == DeviceState.Status.RETIRED) {
            store.remove(handle, device.device());
        } else {
            judge(handle, device);
        }
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        if (event.kind().startsWith("permission.lease") || event.kind().startsWith("permission.drift")) {
            judge(handle, device);
        }
    }

    /** Looks at one device whose time has come; true if its row changed. */
    boolean judge(Handle handle, DeviceRef device) {
        DeviceId id = device.device();
        devices.get().lock(handle, id);
        Optional<Said> found = store.said(handle, id);
        if (found.isEmpty()) {
            boolean was = store.kept(handle, id).isPresent();
            store.remove(handle, id);
            return was;
        }
        Said said = found.get();
        Instant now = clock.instant();
        Optional<Kept> before = store.kept(handle, id);
        Optional<Held> held = history.now(handle, id);
        Optional<PermissionReport> report = reports.report(handle, id);
        Powerless powerless = powerless(handle, device, held, report, before);
        List<PermissionReport.Drift> drifts = reports.drifts(handle, id).stream()
                .filter(drift -> !Levels.isPowerless(drift.level()))
                .toList();
        Verdict verdict = Verdict.of(
                new Verdict.Facts(
                        said.wanted(),
                        held.map(span -> new Verdict.Bundle(span.version(), span.sha256())),
                        // A connected device tells every change at once: what it said last is what is.
                        said.online() ? now : said.heard(),
                        said.lease().filter(word -> !word.equals(PermissionReport.LEASE_HOLDS)),
                        said.leaseLength(),
                        drifts.size(),
                        drifts.isEmpty() ? "" : text(drifts.getFirst()),
                        powerless.count(),
                        said.alerts()),
                config.staleAfter(),
                now);
        Kept next = new Kept(
                new ComplianceRow(
                        id.value(),
                        verdict.state().text(),
                        held.flatMap(Held::version).orElse(null),
                        said.wanted().flatMap(Verdict.Bundle::version).orElse(null),
                        shortened(verdict.why()),
                        before.filter(kept -> kept.row()
                                        .state()
                                        .equals(verdict.state().text()))
                                .map(kept -> kept.row().since())
                                .orElse(now)),
                verdict.staleAt(),
                powerless.count(),
                powerless.judged());
        if (before.filter(kept -> same(kept, next)).isPresent()) {
            return false;
        }
        store.put(handle, next, before);
        return true;
    }

    private record Powerless(int count, String judged) {}

    /** Counted again only when bundle, traits or levels are others. */
    private Powerless powerless(
            Handle handle,
            DeviceRef device,
            Optional<Held> held,
            Optional<PermissionReport> report,
            Optional<Kept> before) {
        if (held.isEmpty() || held.get().sha256().isEmpty()) {
            return new Powerless(0, "");
        }
        Levels levels =
                Levels.of(report, devices.get().require(handle, Scope.wholeTenant(device.tenant()), device.device()));
        // The number says how it is counted: rows counted otherwise are counted anew.
        String judged = "2/" + held.get().sha256() + "/" + levels.key();
        return before.filter(kept -> kept.judged().equals(judged))
                .map(kept -> new Powerless(kept.powerless(), judged))
                .orElseGet(() -> new Powerless(
                        bundles.find(handle, device.tenant(), held.get().sha256())
                                .map(known -> Cells.powerless(known.bundle(), levels))
                                .orElse(0),
                        judged));
    }

    /** A report that only moves the end of patience a little is not worth a write. */
    private boolean same(Kept a, Kept b) {
        Duration moved = Duration.between(a.staleAt(), b.staleAt()).abs();
        return a.row().equals(b.row())
                && a.judged().equals(b.judged())
                && a.powerless() == b.powerless()
                && moved.compareTo(grain()) < 0;
    }

    /** By how much the end of patience has to move to be worth a write. */
    private Duration grain() {
        return config.staleAfter().dividedBy(16);
    }

    /** The sentence is part of an index, and names what devices call their apps. */
    private static String shortened(String why) {
        return why.length() <= LONGEST_WHY ? why : why.substring(0, LONGEST_WHY - 3) + "...";
    }

    private static String text(PermissionReport.Drift drift) {
        return "`" + drift.bundle() + "` " + (drift.actual() ? "holds" : "does not hold") + " `" + drift.permission()
                + "`, which the policy " + (drift.wanted() ? "grants" : "denies");
    }
}

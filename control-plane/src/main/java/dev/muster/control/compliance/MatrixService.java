package dev.muster.control.compliance;

import dev.muster.control.access.Access;
import dev.muster.control.compliance.ComplianceStore.Kept;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.explain.Bundles;
import dev.muster.control.explain.Cells;
import dev.muster.control.explain.Explained;
import dev.muster.control.explain.Held;
import dev.muster.control.explain.Levels;
import dev.muster.control.explain.Moments;
import dev.muster.control.explain.PermissionReports;
import dev.muster.control.explain.PolicyHistory;
import dev.muster.control.explain.Situations;
import dev.muster.control.explain.TrueThen;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.usage.UsageRow;
import dev.muster.control.usage.UsageService;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicyTest;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Makes the matrix of one device from the bundle that it says is in force. Thread-safe. */
@Singleton
final class MatrixService {
    private final DeviceService devices;
    private final PolicyHistory history;
    private final PermissionReports reports;
    private final Bundles bundles;
    private final UsageService usage;
    private final Situations situations;
    private final ComplianceStore compliance;
    private final TenantTransactions transactions;
    private final Clock clock;

    MatrixService(
            DeviceService devices,
            PolicyHistory history,
            PermissionReports reports,
            Bundles bundles,
            UsageService usage,
            Situations situations,
            ComplianceStore compliance,
            TenantTransactions transactions,
            Clock clock) {
        this.devices = devices;
        this.history = history;
        this.reports = reports;
        this.bundles = bundles;
        this.usage = usage;
        this.situations = situations;
        this.compliance = compliance;
        this.transactions = transactions;
        this.clock = clock;
    }

    private record Of(AppKey app, String permission) {}

    /** What is known beside the bundle. */
    private record Beside(
            Levels levels,
            LeaseState lease,
            PolicyTest.Moment moment,
            Optional<CapabilityFile> capabilities,
            Map<Of, PermissionReport.Drift> drifts,
            Map<Of, Instant> used) {}

    /** Of all apps, or of the one whose bundle name is {@code only}. */
    Matrix matrix(Access access, String device, @Nullable String only) {
        return transactions.in(access.tenant(), handle -> {
            DeviceId id = DeviceService.id(device);
            Device found = devices.require(handle, access.scope(), id);
            Optional<Held> held = history.now(handle, id);
            Optional<Bundles.Known> known = held.flatMap(span -> bundles.find(handle, access.tenant(), span.sha256()));
            Optional<DeviceProfile> profile = held.flatMap(span -> history.profile(handle, span.profile()));
            Optional<Kept> kept = compliance.kept(handle, id);
            Optional<PermissionReport> report = reports.report(handle, id);
            Optional<TrueThen> told = situations.at(handle, id, clock.instant(), held);
            return new Matrix(
                    found.id(),
                    held.flatMap(Held::version).orElse(null),
                    kept.flatMap(row -> Optional.ofNullable(row.row().wantedVersion()))
                            .orElse(null),
                    report.map(PermissionReport::lease).orElse(null),
                    kept.map(row -> row.row().state()).orElse(null),
                    note(known, held, told).orElse(null),
                    told.map(Explained.Told::of).orElse(null),
                    apps(known, profile, only, beside(handle, found, id, held, report, told)));
        });
    }

    private static Optional<String> note(Optional<Bundles.Known> known, Optional<Held> held, Optional<TrueThen> told) {
        if (known.isPresent()) {
            return told.isEmpty() && Cells.asksTheDevice(known.get().bundle())
                    ? Optional.of(
                            "what holds on the device is not known here: conditions are judged as if nothing of it"
                                    + " did, and the device may answer otherwise")
                    : Optional.empty();
        }
        return Optional.of(
                held.flatMap(Held::version).isPresent()
                        ? "the bundle in force is not kept here: answers by app are not known"
                        : "no verified policy is in force as far as the device told");
    }

    private Beside beside(
            Handle handle,
            Device device,
            DeviceId id,
            Optional<Held> held,
            Optional<PermissionReport> report,
            Optional<TrueThen> told) {
        Map<Of, PermissionReport.Drift> drifts = new HashMap<>();
        reports.drifts(handle, id)
                .forEach(drift -> drifts.put(
                        new Of(new AppKey(drift.bundle(), drift.user(), drift.instance()), drift.permission()), drift));
        Map<Of, Instant> used = new HashMap<>();
        for (UsageRow row : usage.of(handle, id)) {
            used.put(new Of(new AppKey(row.bundle(), row.user(), row.instance()), row.permission()), row.last());
        }
        return new Beside(
                Levels.of(report, device),
                report.map(Moments::lease).orElse(LeaseState.HOLDS),
                TrueThen.moment(clock.instant(), told),
                bundles.capabilities(handle, held.map(Held::capabilities).orElse(""), id),
                drifts,
                used);
    }

    private static List<Matrix.App> apps(
            Optional<Bundles.Known> known, Optional<DeviceProfile> profile, @Nullable String only, Beside beside) {
        NavigableSet<AppKey> keys = new TreeSet<>();
        known.ifPresent(bundle -> {
            for (int row = 0; row < bundle.bundle().rows(); row++) {
                keys.add(bundle.bundle().app(row));
            }
        });
        profile.ifPresent(
                inventory -> inventory.apps().stream().map(AppInstance::key).forEach(keys::add));
        List<Matrix.App> apps = new ArrayList<>();
        for (AppKey key : keys) {
            if (only == null || only.isEmpty() || key.bundle().equals(only)) {
                apps.add(new Matrix.App(key.bundle(), key.user(), key.instance(), cells(known, profile, key, beside)));
            }
        }
        return apps;
    }

    private static List<Matrix.Cell> cells(
            Optional<Bundles.Known> known, Optional<DeviceProfile> profile, AppKey app, Beside beside) {
        Optional<Bundle> bundle = known.map(Bundles.Known::bundle).filter(found -> found.row(app) >= 0);
        if (bundle.isPresent()) {
            return Cells.requested(bundle.get(), bundle.get().row(app)).stream()
                    .map(permission -> cell(bundle.get(), app, permission, beside))
                    .toList();
        }
        Reason reason = known.isPresent() ? Reason.UNKNOWN_TOKEN : Reason.NO_POLICY;
        return profile.flatMap(inventory -> inventory.app(app))
                .map(instance -> instance.requested().stream()
                        .map(permission -> cell(
                                new Answer(false, reason, Optional.empty(), Optional.empty()),
                                app,
                                permission,
                                false,
                                beside))
                        .toList())
                .orElse(List.of());
    }

    private static Matrix.Cell cell(Bundle bundle, AppKey app, String permission, Beside beside) {
        Answer answer =
                PolicyInForce.answer(bundle, beside.capabilities(), app, permission, beside.lease(), beside.moment());
        boolean conditional = answer.condition().isPresent()
                || bundle.chain(bundle.row(app), bundle.permission(permission))
                        .filter(Chain::isConditional)
                        .isPresent();
        return cell(answer, app, permission, conditional, beside);
    }

    private static Matrix.Cell cell(Answer answer, AppKey app, String permission, boolean conditional, Beside beside) {
        Levels.Level level = beside.levels().level(app.bundle(), permission, answer.reason());
        Optional<PermissionReport.Drift> drift =
                Optional.ofNullable(beside.drifts().get(new Of(app, permission)));
        return new Matrix.Cell(
                permission,
                answer.granted(),
                answer.reason().code(),
                answer.text(app.toString(), permission),
                answer.rule().map(Explained.NamedRule::of).orElse(null),
                level.code(),
                level.of(answer.granted(), drift),
                level.source(),
                level.mechanism(),
                drift.map(Explained.Deviation::of).orElse(null),
                beside.used().get(new Of(app, permission)),
                conditional);
    }
}

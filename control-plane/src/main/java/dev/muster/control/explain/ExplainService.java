package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.Judgement;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.PolicyTest;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Says what a device answers about a permission, and why: from the bundle that it last said is in force, or that it said
 * was in force at a time. Thread-safe.
 */
@Singleton
final class ExplainService {
    private final DeviceService devices;
    private final PolicyReading policies;
    private final PolicyHistory history;
    private final PermissionReports reports;
    private final SignedManifests manifests;
    private final Situations situations;
    private final Bundles bundles;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final BundleCompiler compiler = new BundleCompiler();

    ExplainService(
            DeviceService devices,
            PolicyReading policies,
            PolicyHistory history,
            PermissionReports reports,
            SignedManifests manifests,
            Situations situations,
            Bundles bundles,
            TenantTransactions transactions,
            Clock clock) {
        this.devices = devices;
        this.policies = policies;
        this.history = history;
        this.reports = reports;
        this.manifests = manifests;
        this.situations = situations;
        this.bundles = bundles;
        this.transactions = transactions;
        this.clock = clock;
    }

    Explained explain(Access access, Question question) {
        return transactions.in(access.tenant(), handle -> Explained.of(find(handle, access, question)));
    }

    /** The answer with everything it rests on; {@code device-not-found} for a device out of scope. */
    Finding find(Handle handle, Access access, Question question) {
        Device device = devices.require(handle, access.scope(), question.device());
        Instant now = clock.instant();
        return question.at().isPresent()
                ? past(handle, access, question, device, question.at().get(), now)
                : present(handle, access, question, device, now);
    }

    private Finding present(Handle handle, Access access, Question question, Device device, Instant now) {
        DeviceId id = question.device();
        Optional<Held> held = history.now(handle, id).or(() -> summarised(device));
        Optional<PermissionReport> report = reports.report(handle, id);
        Optional<String> note = held.isPresent() ? Optional.empty() : Optional.of("the device has not told yet");
        return find(handle, access, question, new Moment(device, now, false, held, report, note));
    }

    private Finding past(Handle handle, Access access, Question question, Device device, Instant at, Instant now) {
        if (at.isAfter(now)) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected a time that has passed, found " + at);
        }
        DeviceId id = question.device();
        Held held = history.at(handle, id, at)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.HISTORY_NOT_FOUND,
                        history.begin(handle, id)
                                .map(begin -> "what answered on `" + id + "` is known from " + begin
                                        + " on, and not for " + at)
                                .orElse("`" + id + "` has never told which policy is in force")));
        Optional<PermissionReport> report = manifests.at(handle, id, at).flatMap(SignedManifests::report);
        Instant heard = device.lastSeen();
        Optional<String> note = held.to().isEmpty() && (heard == null || heard.isBefore(at))
                ? Optional.of("nothing was heard of the device "
                        + (heard == null ? "at all" : "after " + heard)
                        + ": this is what it said last, not what is known for " + at)
                : Optional.empty();
        return find(handle, access, question, new Moment(device, at, true, Optional.of(held), report, note));
    }

    private record Moment(
            Device device,
            Instant at,
            boolean past,
            Optional<Held> held,
            Optional<PermissionReport> report,
            Optional<String> note) {}

    private Finding find(Handle handle, Access access, Question question, Moment moment) {
        DeviceRef ref = new DeviceRef(access.tenant(), question.device());
        Optional<PolicySnapshot> snapshot = moment.held()
                .flatMap(Held::version)
                .flatMap(version -> policies.snapshot(handle, access.tenant(), version));
        Optional<DeviceProfile> profile = moment.held()
                .flatMap(held -> history.profile(handle, held.profile()))
                .or(() -> moment.past()
                        ? Optional.empty()
                        : snapshot.map(policy -> policies.profile(handle, policy, ref)));
        Optional<Bundles.Known> bundle =
                moment.held().flatMap(held -> bundles.find(handle, access.tenant(), held.sha256()));
        AppKey app = question.app(instances(bundle, profile));
        LeaseState lease = moment.report().map(Moments::lease).orElse(LeaseState.HOLDS);
        Optional<TrueThen> told = situations.at(handle, question.device(), moment.at(), moment.held());
        PolicyTest.Moment then = TrueThen.moment(moment.at(), told);
        Optional<Judgement> judged = snapshot.flatMap(policy -> profile.map(known -> compiler.judge(
                policy,
                known,
                app,
                question.permission(),
                then,
                question.device().value())));
        String own = moment.held().map(Held::capabilities).orElse("");
        Optional<CapabilityFile> capabilities = bundles.capabilities(handle, own, question.device());
        Answer answer = bundle.map(known ->
                        PolicyInForce.answer(known.bundle(), capabilities, app, question.permission(), lease, then))
                .or(() -> judged.map(ExplainService::answer))
                .orElseGet(() -> new Answer(false, Reason.NO_POLICY, Optional.empty(), Optional.empty()));
        List<Rule> rules = rules(answer, judged);
        Optional<Condition> condition = snapshot.flatMap(policy -> rules.stream()
                .findFirst()
                .flatMap(rule -> RuleReading.condition(policy, rule, question.permission()))
                .filter(found -> !(found instanceof Condition.Always)));
        Optional<Holding> holding = condition.map(
                found -> Holding.of(found, snapshot.orElseThrow(), new Holding.When(moment.at(), zone(profile), told)));
        Optional<PermissionReport.Drift> drift = moment.past()
                ? Optional.empty()
                : reports.drifts(handle, question.device()).stream()
                        .filter(known -> known.bundle().equals(app.bundle())
                                && known.user() == app.user()
                                && known.instance() == app.instance()
                                && known.permission().equals(question.permission()))
                        .findFirst();
        List<String> notes = new ArrayList<>();
        moment.note().ifPresent(notes::add);
        if (bundle.isEmpty() && judged.isPresent()) {
            notes.add("judged from the documents of the version: the bundle itself is not kept");
        }
        if (!own.isEmpty() && capabilities.isEmpty()) {
            notes.add("the device holds capabilities of its own that are not kept here: they may grant more");
        }
        if (told.isEmpty()
                && bundle.filter(known -> Cells.asksTheDevice(known.bundle(), app, question.permission()))
                        .isPresent()) {
            notes.add("a condition asks for what only the device can tell, and what held then is not known here: "
                    + "it is judged as if nothing of it did, and the device may have answered otherwise");
        }
        if (PolicyInForce.lacksGrant(answer.reason())) {
            capabilities.stream()
                    .flatMap(file -> file.delegable(app, question.permission()).stream())
                    .forEach(one -> notes.add("capability `" + one.name()
                            + "` gives it to whoever presents a chain from its" + " holder `"
                            + one.holder().orElse("") + "`: the device answers `delegated` to those"));
        }
        Optional<String> note = notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes));
        return new Finding(
                moment.device(),
                app,
                question.permission(),
                moment.at(),
                moment.past(),
                moment.held(),
                bundle,
                snapshot,
                profile,
                moment.report(),
                answer,
                rules,
                condition,
                holding,
                Levels.of(moment.report(), moment.device()).level(app.bundle(), question.permission(), answer.reason()),
                drift,
                told,
                note);
    }

    private static Iterable<AppKey> instances(Optional<Bundles.Known> bundle, Optional<DeviceProfile> profile) {
        Set<AppKey> keys = new LinkedHashSet<>();
        bundle.ifPresent(known -> {
            for (int row = 0; row < known.bundle().rows(); row++) {
                keys.add(known.bundle().app(row));
            }
        });
        profile.ifPresent(known -> known.apps().stream().map(AppInstance::key).forEach(keys::add));
        return keys;
    }

    private static Answer answer(Judgement judgement) {
        return new Answer(
                judgement.reason().isGranted(),
                judgement.reason(),
                judgement.rules().stream().findFirst(),
                judgement.condition().map(Judgement.Held::text));
    }

    /** The rule that the bundle names, then the others that say the same. */
    private static List<Rule> rules(Answer answer, Optional<Judgement> judged) {
        Set<Rule> rules = new LinkedHashSet<>();
        answer.rule().ifPresent(rules::add);
        judged.filter(judgement -> judgement.reason() == answer.reason())
                .ifPresent(judgement -> rules.addAll(judgement.rules()));
        return new ArrayList<>(rules);
    }

    private static ZoneId zone(Optional<DeviceProfile> profile) {
        String name = profile.map(known -> known.attributes().timeZone()).orElse("");
        try {
            return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            return ZoneOffset.UTC;
        }
    }

    /** From before history was kept: the version of the last report alone. */
    private static Optional<Held> summarised(Device device) {
        String version = device.policyVersion();
        return version == null || !version.matches("[0-9]{1,18}")
                ? Optional.empty()
                : Optional.of(
                        new Held(Instant.EPOCH, Optional.empty(), Optional.of(Long.parseLong(version)), "", "", ""));
    }
}

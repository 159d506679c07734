package dev.muster.agent.policy;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.PermissionEnforcer;
import dev.muster.agent.platform.PermissionEnforcer.Entry;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.update.Installer;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.permissions.PermissionReport;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * All that permissions are on this device: the policy in force, the one that is watched, the platform's own table, the
 * counts of use, and what is said of them. {@link #restore} comes before anything else; then every method is for any
 * thread.
 */
public final class DevicePolicy {
    /** More levels than this are not worth their bytes in a manifest. */
    private static final int MAX_LEVELS = 1000;

    private final DeviceRef device;
    private final Platform platform;
    private final DeviceTime time;
    private final PolicyKeeper live;
    private final CapabilityKeeper capabilities;
    private final ShadowPolicy shadow;
    private final UsageRecorder usage;
    private final PermissionGuard guard;
    private final SituationTeller situation;
    private final List<String> problems;

    /**
     * Opens what is kept below {@code state}.
     *
     * @param device this device
     * @param events takes what is to be told
     * @param reportChanged called when {@link #report} says something new that cannot wait for the next manifest
     */
    public DevicePolicy(
            StateDir state,
            DeviceRef device,
            Platform platform,
            DeviceTime time,
            AgentSettings settings,
            PermissionGuard.Events events,
            Runnable reportChanged,
            AgentLog log)
            throws IOException {
        this.device = device;
        this.platform = platform;
        this.time = time;
        this.live = new PolicyKeeper(state.policy(), time);
        this.capabilities =
                new CapabilityKeeper(state.capabilities(), device.device().value());
        this.shadow = new ShadowPolicy(state.shadow(), time, log);
        this.usage = new UsageRecorder(time.instant());
        TwoSlotStore kept = new TwoSlotStore(state.journal(), "permissions");
        this.problems = kept.problems();
        this.guard = new PermissionGuard(
                new PermissionGuard.Parts(live, capabilities, platform, time, settings, events, reportChanged, log),
                new GuardJournal(kept));
        this.situation = new SituationTeller(live, capabilities, platform, time, events, log);
    }

    /** Puts what is kept into force, at start; one line for each part that cannot be used and therefore is not. */
    public List<String> restore() throws IOException {
        List<String> problems = new ArrayList<>();
        live.restore().ifPresent(why -> problems.add("policy: " + why));
        shadow.restore().ifPresent(why -> problems.add("policy-shadow: " + why));
        capabilities.restore().ifPresent(why -> problems.add("capabilities: " + why));
        useCapabilities();
        return problems;
    }

    /** What was wrong with what is remembered of the platform's table; each line names its file. */
    public List<String> problems() {
        return problems;
    }

    /** Target {@code policy}. */
    public Installer policyInstaller() {
        return live.installer(guard::look);
    }

    /** Target {@code capabilities}. */
    public Installer capabilitiesInstaller() {
        return capabilities.installer(() -> {
            useCapabilities();
            guard.look();
        });
    }

    private void useCapabilities() {
        live.capabilities(capabilities.file());
        shadow.capabilities(capabilities.file());
    }

    /** SHA-256 of the device's own capabilities. */
    public Optional<String> capabilitiesSha256() {
        return capabilities.sha256();
    }

    /** Target {@code policy-shadow}. */
    public Installer shadowInstaller() {
        return shadow.installer();
    }

    /** An answer with how far it binds and what it rests on. */
    public record Answer(PolicyInForce.Verdict verdict, Enforcement level, LeaseState lease) {}

    /** Whether an app may use a permission now, and why; counted as use. Denied when in doubt. */
    public Answer verify(AppKey app, String permission) {
        return verify(app, permission, Optional.empty());
    }

    /** The same where a delegated right is presented, for what nothing but a grant is missing. */
    public Answer verify(AppKey app, String permission, Optional<PresentedChain> presented) {
        // Whole seconds, the finest grain of a condition: what follows from equal situations is worked out once.
        Situation situation = platform.situation(time.instant().truncatedTo(ChronoUnit.SECONDS));
        LeaseState lease = live.lease();
        Function<PolicyInForce, PolicyInForce.Verdict> question = presented.isEmpty()
                ? policy -> policy.ask(app, permission, situation)
                : policy -> {
                    PresentedChain.Asked asked =
                            new PresentedChain.Asked(device, app, permission, situation, platform.clockIsSet());
                    return policy.ask(
                            app, permission, situation, file -> presented.get().judge(asked, file));
                };
        PolicyInForce.Verdict verdict = live.ask(question);
        usage.count(app, permission, verdict.granted(), verdict.reason());
        shadow.compare(app, permission, verdict, lease, question);
        return new Answer(verdict, guard.level(new Entry(app, permission)), lease);
    }

    /**
     * A decision and what it rests on; not counted as use.
     *
     * @param rule that decided, such as {@code binding pump-camera}
     * @param holding what of zones, tags, groups, states and networks holds now, as far as the policy asks about it
     * @param deviation that the platform's table has it otherwise, since when
     */
    public record Explained(
            Answer answer,
            Optional<String> rule,
            Optional<String> condition,
            Optional<String> role,
            List<String> holding,
            Optional<Instant> deviation) {}

    /** The whole why of a decision now. */
    public Explained explain(AppKey app, String permission) {
        Situation situation = platform.situation(time.instant().truncatedTo(ChronoUnit.SECONDS));
        Entry entry = new Entry(app, permission);
        Optional<dev.muster.policy.bundle.Answer> found = live.explain(app, permission, situation);
        return new Explained(
                new Answer(
                        live.ask(policy -> policy.ask(app, permission, situation)), guard.level(entry), live.lease()),
                found.flatMap(answer -> answer.rule()
                        .map(rule ->
                                rule.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + rule.name())),
                found.flatMap(dev.muster.policy.bundle.Answer::condition),
                found.flatMap(answer -> answer.rule().flatMap(dev.muster.policy.bundle.Rule::role)),
                live.holding(situation).map(List::copyOf).orElse(List.of()),
                guard.deviations().stream()
                        .filter(one -> one.entry().equals(entry))
                        .findFirst()
                        .map(PermissionGuard.Deviation::since));
    }

    /** Whether there is a table that somebody could change, or a policy that asks about the moment: to be looked at briskly. */
    public boolean mustWatch() {
        return platform.permissions().holdsTable() || situation.mustWatch();
    }

    /** One look at the platform's table, at the lease and at the situation; every second while {@link #mustWatch}. */
    public void look() {
        guard.look();
        situation.look();
    }

    /** The counts since the taking before, as events. */
    public List<DeviceEvent> takeCounts() {
        Instant now = time.instant();
        List<DeviceEvent> events = new ArrayList<>(usage.take(now));
        events.addAll(shadow.take(now));
        return events;
    }

    /** Version of the policy in force, 0 without one. */
    public long version() {
        return live.version();
    }

    /** SHA-256 of the policy in force. */
    public Optional<String> sha256() {
        return live.sha256();
    }

    /** Version of the watched policy. */
    public Optional<Long> shadowVersion() {
        return shadow.version();
    }

    /** How the lease stands, as a word. */
    public String lease() {
        return text(live.lease());
    }

    /** The word of a lease's state, as in reports and answers. */
    public static String text(LeaseState lease) {
        return PolicyKeeper.text(lease);
    }

    /** How many cells of the platform's table deviate from what is decided. */
    public int deviations() {
        return guard.deviations().size();
    }

    /** When the lease ends, or ended; empty without a policy. */
    public Optional<Instant> leaseEnds() {
        return live.leaseEnds();
    }

    /** How many processes of the app run; empty where nobody can say. */
    public Optional<Long> processes(AppKey app) {
        return platform.permissions().processes(app);
    }

    /** What the manifest says. */
    public PermissionReport report() {
        PlatformTraits traits = platform.permissions().traits();
        List<PermissionGuard.Deviation> deviations = guard.deviations();
        return new PermissionReport(
                live.version(),
                live.sha256(),
                shadow.version(),
                capabilities.sha256(),
                lease(),
                live.leaseEnds(),
                new PermissionReport.Traits(
                        traits.platform().name().toLowerCase(Locale.ROOT),
                        traits.privilegedHelper(),
                        traits.debugBuild()),
                levels(traits),
                deviations.stream()
                        .limit(PermissionReport.MAX_DRIFTS)
                        .map(DevicePolicy::drift)
                        .toList(),
                Math.max(0, deviations.size() - PermissionReport.MAX_DRIFTS));
    }

    private List<PermissionReport.Level> levels(PlatformTraits traits) {
        PermissionEnforcer enforcer = platform.permissions();
        Map<String, PermissionReport.Level> levels = new TreeMap<>();
        for (Entry entry : live.decisions(Situation.at(time.instant())).keySet()) {
            PermissionCatalog.builtIn().find(entry.permission()).ifPresent(permission -> {
                Enforcement level = enforcer.level(entry.app(), permission);
                if (!level.equals(traits.predict(permission)) && levels.size() < MAX_LEVELS) {
                    String bundle = entry.app().bundle();
                    levels.put(
                            bundle + " " + entry.permission(),
                            new PermissionReport.Level(bundle, entry.permission(), level.code(), mechanism(level)));
                }
            });
        }
        return List.copyOf(levels.values());
    }

    private static PermissionReport.Drift drift(PermissionGuard.Deviation deviation) {
        AppKey app = deviation.entry().app();
        return new PermissionReport.Drift(
                app.bundle(),
                app.user(),
                app.instance(),
                deviation.entry().permission(),
                deviation.wanted(),
                !deviation.wanted(),
                deviation.level().code(),
                deviation.since(),
                deviation.repeats(),
                deviation.waits());
    }

    /** The word of the mechanism, where the operating system enforces. */
    public static Optional<String> mechanism(Enforcement level) {
        return level instanceof Enforcement.ByOs os
                ? Optional.of(os.mechanism().text().replace(' ', '-'))
                : Optional.empty();
    }
}

package dev.muster.policy.bundle;

import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.delegation.ChainAnswer;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.lease.LeaseWatch;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.PolicyTest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policy a device answers from: a bundle, and the capabilities of the device itself. Starts without a bundle and then
 * denies everything. A bundle that is refused leaves the one in force untouched. Thread-safe: questions see either the old
 * bundle or the new, whole.
 */
public final class PolicyInForce {
    private final LeaseClock clock;
    private volatile @Nullable Leased leased;
    private volatile @Nullable CapabilityFile capabilities;
    private volatile @Nullable Told told;

    public PolicyInForce(LeaseClock clock) {
        this.clock = clock;
    }

    /** What is in force: the bundle and what was verified about it. */
    public record Current(Bundle bundle, VerifiedTarget target) {}

    /** The same with its lease, under the clock. */
    private record Leased(Current current, Bundle bundle, LeaseWatch lease) {}

    /** An answer to a question in names: the sentence is for people. */
    public record Verdict(boolean granted, Reason reason, String text, long policyVersion) {}

    /** A situation in the numbering of what is in force. */
    private record Told(
            @Nullable Situation situation,
            @Nullable Leased policy,
            @Nullable CapabilityFile capabilities,
            DecisionContext forBundle,
            DecisionContext forCapabilities) {}

    /**
     * Loads a bundle and puts it in force at once.
     *
     * @throws BundleException when it is refused, also when its policy is older than the one in force
     */
    public synchronized Current replace(Path path, VerifiedTarget target) {
        Bundle bundle = BundleLoader.load(path, target);
        Leased old = leased;
        if (old != null && bundle.policyVersion() < old.bundle().policyVersion()) {
            throw new BundleException("bundle: policy version " + old.bundle().policyVersion()
                    + " or newer expected, found " + bundle.policyVersion());
        }
        Current next = new Current(bundle, target);
        leased = new Leased(next, bundle, clock.watch(target.lease()));
        return next;
    }

    /** Puts the device's own capabilities in force, or none. Whoever calls has verified the target they came with. */
    public void capabilities(Optional<CapabilityFile> file) {
        capabilities = file.orElse(null);
    }

    public Optional<Current> current() {
        return Optional.ofNullable(leased).map(Leased::current);
    }

    /** The device's own capabilities. */
    public Optional<CapabilityFile> capabilities() {
        return Optional.ofNullable(capabilities);
    }

    /** The lease of the policy in force; holds where there is none. */
    public LeaseState lease() {
        Leased now = leased;
        return now == null ? LeaseState.HOLDS : now.lease().state();
    }

    /**
     * The packed answer of the bundle by names; denied where no policy is in force. Does not ask the device's capabilities.
     * Does not allocate, but for a look at the clock every now and then; see {@link LeaseWatch}.
     */
    public long verify(AppKey app, String permission, DecisionContext context) {
        Leased now = leased;
        if (now == null) {
            return Decision.of(Reason.NO_POLICY);
        }
        Bundle bundle = now.bundle();
        return bundle.verify(
                bundle.row(app), bundle.permission(permission), now.lease().state(), context);
    }

    /**
     * The answer of the bundle and the device's capabilities in words, with a context of the bundle in force; of
     * capabilities only those hold that ask for nothing. Ask with a {@link Situation} where one is known.
     */
    public Verdict ask(AppKey app, String permission, DecisionContext context) {
        return ask(app, permission, new Told(null, leased, capabilities, context, DecisionContext.NONE));
    }

    /**
     * The answer in words. What follows from the situation is worked out once for equal situations, so a caller passes the
     * same one until something changes.
     *
     * @param situation its {@code now} is device time, {@link LeaseClock#now()}
     */
    public Verdict ask(AppKey app, String permission, Situation situation) {
        return ask(app, permission, tell(situation));
    }

    /**
     * The same for one who presents a delegated right, which is looked at only where nothing but a grant is missing: what
     * guard rails, ceilings and levels deny no chain gives.
     *
     * @param presented what the chain comes to with the capabilities in force, if there are any
     */
    public Verdict ask(
            AppKey app,
            String permission,
            Situation situation,
            Function<Optional<CapabilityFile>, ChainAnswer> presented) {
        Told moment = tell(situation);
        Verdict without = ask(app, permission, moment);
        Leased now = moment.policy();
        if (now == null || !lacksGrant(without.reason())) {
            return without;
        }
        Bundle bundle = now.bundle();
        return switch (presented.apply(Optional.ofNullable(moment.capabilities()))) {
            case ChainAnswer.Gives gives -> {
                Answer granted = new Answer(
                        true,
                        Reason.DELEGATED,
                        Optional.of(Rule.capability(gives.capability())),
                        Optional.of(gives.how()));
                Answer still = afterLease(
                        granted,
                        bundle,
                        bundle.row(app),
                        bundle.permission(permission),
                        now.lease().state());
                yield verdict(still, app, permission, bundle);
            }
            case ChainAnswer.Waits waits ->
                verdict(
                        new Answer(
                                false,
                                Reason.CONDITION,
                                Optional.of(Rule.capability(waits.capability())),
                                Optional.of(waits.condition())),
                        app,
                        permission,
                        bundle);
            case ChainAnswer.Refused refused ->
                verdict(
                        new Answer(false, Reason.BAD_CHAIN, Optional.empty(), Optional.of(refused.cause())),
                        app,
                        permission,
                        bundle);
        };
    }

    private static Verdict verdict(Answer answer, AppKey app, String permission, Bundle bundle) {
        return new Verdict(
                answer.granted(), answer.reason(), answer.text(app.toString(), permission), bundle.policyVersion());
    }

    @SuppressWarnings("ReferenceEquality") // The very objects are meant: a bundle put in force again is another one.
    private Told tell(Situation situation) {
        Leased policy = leased;
        CapabilityFile file = capabilities;
        Told last = told;
        if (last != null
                && last.policy() == policy
                && last.capabilities() == file
                && situation.equals(last.situation())) {
            return last;
        }
        Told now = new Told(
                situation,
                policy,
                file,
                policy == null ? DecisionContext.NONE : policy.bundle().context(situation),
                file == null ? DecisionContext.NONE : file.context(situation));
        told = now;
        return now;
    }

    private Verdict ask(AppKey app, String permission, Told moment) {
        Leased now = moment.policy();
        if (now == null) {
            Answer none = new Answer(false, Reason.NO_POLICY, Optional.empty(), Optional.empty());
            return new Verdict(false, Reason.NO_POLICY, none.text(app.toString(), permission), 0);
        }
        Bundle bundle = now.bundle();
        Answer answer = answer(
                bundle,
                Optional.ofNullable(moment.capabilities()),
                app,
                permission,
                now.lease().state(),
                moment.forBundle(),
                moment.forCapabilities());
        return verdict(answer, app, permission, bundle);
    }

    /**
     * What a device answers that holds these two files in a situation: the same as {@link #ask} there, for whoever
     * explains it elsewhere. Pure.
     */
    public static Answer answer(
            Bundle bundle,
            Optional<CapabilityFile> capabilities,
            AppKey app,
            String permission,
            LeaseState lease,
            Situation situation) {
        return answer(
                bundle,
                capabilities,
                app,
                permission,
                lease,
                bundle.context(situation),
                capabilities.map(file -> file.context(situation)).orElse(DecisionContext.NONE));
    }

    /** The same in a moment that names what holds, as a device tells it. */
    public static Answer answer(
            Bundle bundle,
            Optional<CapabilityFile> capabilities,
            AppKey app,
            String permission,
            LeaseState lease,
            PolicyTest.Moment moment) {
        return answer(
                bundle,
                capabilities,
                app,
                permission,
                lease,
                bundle.context(moment),
                capabilities.map(file -> file.context(moment)).orElse(DecisionContext.NONE));
    }

    private static Answer answer(
            Bundle bundle,
            Optional<CapabilityFile> capabilities,
            AppKey app,
            String permission,
            LeaseState lease,
            DecisionContext forBundle,
            DecisionContext forCapabilities) {
        int row = bundle.row(app);
        int number = bundle.permission(permission);
        Answer answer = bundle.describe(bundle.verify(row, number, lease, forBundle));
        if (capabilities.isEmpty() || !lacksGrant(answer.reason())) {
            return answer;
        }
        Optional<CapabilityFile.Found> found = capabilities.get().ask(app, permission, forCapabilities);
        // A binding that waits for its condition comes before a capability that does.
        boolean counts = found.isPresent() && (found.get().holds() || answer.reason() != Reason.CONDITION);
        return counts ? afterLease(answer(capabilities.get(), found.get()), bundle, row, number, lease) : answer;
    }

    /**
     * INVARIANT (guard rails win): a bundle asks level, guard rails and ceilings before grants, at the same moment, so these
     * three reasons say that nothing but a grant is missing. Every other denial stands.
     */
    public static boolean lacksGrant(Reason reason) {
        return reason == Reason.UNBOUND || reason == Reason.NOT_IN_ROLE || reason == Reason.CONDITION;
    }

    private static Answer answer(CapabilityFile file, CapabilityFile.Found found) {
        DeviceCapability capability = found.capability();
        return new Answer(
                found.holds(),
                found.holds() ? Reason.CAPABILITY : Reason.CONDITION,
                Optional.of(Rule.capability(capability.name())),
                Optional.of(Conditions.text(
                        capability.condition(), file.conditions().facts())));
    }

    /** A right of the device ends with the lease as every other does. */
    private static Answer afterLease(Answer granted, Bundle bundle, int row, int permission, LeaseState lease) {
        if (!granted.granted()) {
            return granted;
        }
        return switch (lease) {
            case HOLDS, ENDED_KEPT -> granted;
            case ENDED_GUARDRAILS ->
                bundle.chain(row, permission)
                        .flatMap(Chain::deniedAfterLease)
                        .map(rail -> new Answer(false, Reason.LEASE_GUARD_RAIL, Optional.of(rail), Optional.empty()))
                        .orElse(granted);
            case ENDED_DENIED -> new Answer(false, Reason.LEASE_ENDED, Optional.empty(), Optional.empty());
        };
    }
}

package dev.muster.policy.bundle;

import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policy a device answers from. Starts without one and then denies everything. A bundle that is refused leaves the
 * one in force untouched. Thread-safe: questions see either the old bundle or the new, whole.
 */
public final class PolicyInForce {
    private final LeaseClock clock;
    private volatile @Nullable Current current;

    public PolicyInForce(LeaseClock clock) {
        this.clock = clock;
    }

    /** What is in force: the bundle and what was verified about it. */
    public record Current(Bundle bundle, VerifiedTarget target) {}

    /** An answer to a question in names: the sentence is for people. */
    public record Verdict(boolean granted, Reason reason, String text, long policyVersion) {}

    /**
     * Loads a bundle and puts it in force at once.
     *
     * @throws BundleException when it is refused, also when its policy is older than the one in force
     */
    public synchronized Current replace(Path path, VerifiedTarget target) {
        Bundle bundle = BundleLoader.load(path, target);
        Current old = current;
        if (old != null && bundle.policyVersion() < old.bundle().policyVersion()) {
            throw new BundleException("bundle: policy version " + old.bundle().policyVersion()
                    + " or newer expected, found " + bundle.policyVersion());
        }
        Current next = new Current(bundle, target);
        current = next;
        return next;
    }

    public Optional<Current> current() {
        return Optional.ofNullable(current);
    }

    /** The lease of the policy in force; holds where there is none. */
    public LeaseState lease() {
        Current now = current;
        return now == null ? LeaseState.HOLDS : clock.state(now.target().lease());
    }

    /** The packed answer by names; denied where no policy is in force. */
    public long verify(AppKey app, String permission, DecisionContext context) {
        Current now = current;
        if (now == null) {
            return Decision.of(Reason.NO_POLICY);
        }
        Bundle bundle = now.bundle();
        return bundle.verify(
                bundle.row(app),
                bundle.permission(permission),
                clock.state(now.target().lease()),
                context);
    }

    /** The answer in words. */
    public Verdict ask(AppKey app, String permission, DecisionContext context) {
        Current now = current;
        if (now == null) {
            Answer none = new Answer(false, Reason.NO_POLICY, Optional.empty(), Optional.empty());
            return new Verdict(false, Reason.NO_POLICY, none.text(app.toString(), permission), 0);
        }
        Bundle bundle = now.bundle();
        long decision = bundle.verify(
                bundle.row(app),
                bundle.permission(permission),
                clock.state(now.target().lease()),
                context);
        Answer answer = bundle.describe(decision);
        return new Verdict(
                answer.granted(), answer.reason(), answer.text(app.toString(), permission), bundle.policyVersion());
    }
}

package dev.muster.agent.policy;

import dev.muster.agent.platform.PermissionEnforcer.Entry;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.RefusedException;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The permission bundle in force, and answers from it. Without a bundle everything is denied. {@link #restore} is called
 * once before anything else; the rest is for any thread.
 */
final class PolicyKeeper {
    private final DeviceTime time;
    private final Shelf<PolicyInForce> shelf;
    private final PolicyInForce none;
    private volatile Optional<CapabilityFile> capabilities = Optional.empty();

    /** Keeps its bundles in {@code directory}. */
    public PolicyKeeper(Path directory, DeviceTime time) {
        this.time = time;
        this.none = new PolicyInForce(time.leases());
        // Always a fresh holder: going back to the bundle before is the agent's decision, made on verified records, and
        // a holder that already saw a newer version would refuse it.
        this.shelf = new Shelf<>(directory, ".bundle", (file, target) -> {
            PolicyInForce policy = new PolicyInForce(time.leases());
            policy.replace(file, target);
            policy.capabilities(capabilities);
            return policy;
        });
    }

    /**
     * Puts the kept bundle into force, at start. Empty if all is well or there is none; otherwise what is wrong with it,
     * and everything is denied until the document's bundle was fetched anew.
     */
    public Optional<String> restore() throws IOException {
        return shelf.restore();
    }

    /** The bundle as a target; {@code changed} is called after every switch. */
    public Installer installer(Runnable changed) {
        return new ShelfInstaller<>(shelf, BundleLoader.MAX_LENGTH, new ShelfInstaller.Rules<PolicyInForce>() {
            @Override
            public void admit(PolicyInForce candidate) throws RefusedException {
                long offered = bundleOf(candidate).policyVersion();
                if (offered < version()) {
                    throw new RefusedException(
                            Reasons.POLICY_OLDER,
                            "expected policy version " + version() + " or newer, found " + offered);
                }
            }

            @Override
            public Optional<String> problem(PolicyInForce content) {
                return Optional.empty();
            }

            @Override
            public void changed() {
                changed.run();
            }
        });
    }

    /** The device's own capabilities are asked where the bundle lacks nothing but a grant. */
    void capabilities(Optional<CapabilityFile> file) {
        capabilities = file;
        inForce().capabilities(file);
    }

    /** What the policy in force answers; denied when in doubt. */
    PolicyInForce.Verdict ask(Function<PolicyInForce, PolicyInForce.Verdict> question) {
        return question.apply(inForce());
    }

    /** The answer with its rule and its condition; empty without a policy. */
    Optional<Answer> explain(AppKey app, String permission, Situation situation) {
        PolicyInForce policy = inForce();
        return policy.current()
                .map(now -> PolicyInForce.answer(
                        now.bundle(), policy.capabilities(), app, permission, policy.lease(), situation));
    }

    /** One decision, as far as it concerns a platform's table. */
    record Decided(boolean granted, Reason reason) {}

    /** The decision on all that apps request, at this moment; empty without a policy. */
    Map<Entry, Decided> decisions(Situation situation) {
        Map<Entry, Decided> decisions = new TreeMap<>();
        PolicyInForce policy = inForce();
        policy.current().ifPresent(now -> {
            Bundle bundle = now.bundle();
            LeaseState lease = policy.lease();
            DecisionContext context = bundle.context(situation);
            for (int row = 0; row < bundle.rows(); row++) {
                AppKey app = bundle.app(row);
                for (Bundle.Requested requested : bundle.requested(row, context)) {
                    String permission = requested.permission();
                    long decision = bundle.verify(row, bundle.permission(permission), lease, context);
                    Decided decided = new Decided(Decision.isGranted(decision), Decision.reason(decision));
                    if (!decided.granted && policy.capabilities().isPresent()) {
                        PolicyInForce.Verdict whole = policy.ask(app, permission, situation);
                        decided = new Decided(whole.granted(), whole.reason());
                    }
                    decisions.put(new Entry(app, permission), decided);
                }
            }
        });
        return decisions;
    }

    /**
     * What holds at this moment of all that the bundle and the device's capabilities ask about it, shifts apart, as
     * {@code zone/pit}; empty where they ask about nothing but time.
     */
    Optional<NavigableSet<String>> holding(Situation situation) {
        PolicyInForce policy = inForce();
        NavigableSet<String> holding = new TreeSet<>();
        boolean asked = false;
        if (policy.current().isPresent()) {
            Bundle bundle = policy.current().get().bundle();
            asked = collect(bundle.facts(), bundle.context(situation), holding);
        }
        if (policy.capabilities().isPresent()) {
            CapabilityFile file = policy.capabilities().get();
            asked |= collect(file.facts(), file.context(situation), holding);
        }
        return asked ? Optional.of(holding) : Optional.empty();
    }

    private static boolean collect(FactTable table, DecisionContext context, NavigableSet<String> holding) {
        boolean asked = false;
        for (int bit = 0; bit < table.size(); bit++) {
            Condition.Fact fact = table.facts().get(bit);
            if (fact.kind() != FactKind.SHIFT) {
                asked = true;
                if ((context.facts() >>> bit & 1) != 0) {
                    holding.add(fact.kind().text() + "/" + fact.name());
                }
            }
        }
        return asked;
    }

    /** The minute of the local day where the device is; UTC without a policy that says otherwise. */
    int minuteOfDay(Instant now) {
        return inForce()
                .current()
                .map(current -> current.bundle().context(Situation.at(now)).minute())
                .orElseGet(() -> LocalTime.ofInstant(now, ZoneOffset.UTC).get(ChronoField.MINUTE_OF_DAY));
    }

    /** Version of the policy in force, 0 without one. */
    public long version() {
        return inForce().current().map(now -> now.bundle().policyVersion()).orElse(0L);
    }

    /** SHA-256 of the bundle in force. */
    public Optional<String> sha256() {
        return shelf.sha256();
    }

    /** How the lease of the bundle in force stands. */
    public LeaseState lease() {
        return inForce().lease();
    }

    /** When the lease ends, or ended; empty without a policy. */
    public Optional<Instant> leaseEnds() {
        return shelf.held()
                .map(held -> time.lastContact().plus(held.target().lease().length()));
    }

    /** The word of a lease's state, as in reports and answers. */
    static String text(LeaseState lease) {
        return lease.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private PolicyInForce inForce() {
        return shelf.held().map(Shelf.Held::content).orElse(none);
    }

    private static Bundle bundleOf(PolicyInForce policy) {
        return policy.current().orElseThrow().bundle();
    }
}

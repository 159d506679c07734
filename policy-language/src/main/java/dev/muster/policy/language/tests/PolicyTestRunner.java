package dev.muster.policy.language.tests;

import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.language.tests.TestResult.Failure;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.model.PolicyTest.Expectation;
import dev.muster.policy.model.Zone;
import dev.muster.policy.permission.PermissionCatalog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs the tests of a policy: compiles it for the imagined device as for a real one and asks the bundle, so that what
 * passes here is what the device does. The lease holds. Pure and thread-safe.
 */
public final class PolicyTestRunner {
    private final BundleCompiler compiler;

    /** A runner that knows OpenHarmony's permissions. */
    public PolicyTestRunner() {
        this(PermissionCatalog.builtIn());
    }

    public PolicyTestRunner(PermissionCatalog catalog) {
        this.compiler = new BundleCompiler(catalog);
    }

    /** Every test of the policy, in order of name. */
    public List<TestResult> run(PolicySnapshot policy) {
        PolicySnapshot told = withZonesByName(policy);
        return policy.tests().stream().map(test -> run(told, test)).toList();
    }

    private TestResult run(PolicySnapshot policy, PolicyTest test) {
        DeviceProfile profile = DeviceProfile.of(test.device(), List.of(test.app()));
        Bundle bundle = Bundle.open(ByteBuffer.wrap(compiler.compile(policy, profile)));
        DecisionContext moment = bundle.context(situation(test.moment()));
        int row = bundle.row(test.app().key());
        List<Failure> failures = new ArrayList<>();
        for (int i = 0; i < test.expectations().size(); i++) {
            Expectation expectation = test.expectations().get(i);
            int permission = bundle.permission(expectation.permission());
            Answer answer = bundle.describe(bundle.verify(row, permission, LeaseState.HOLDS, moment));
            boolean met = answer.granted() == expectation.granted()
                    && expectation
                            .reason()
                            .filter(code -> !code.equals(answer.reason().code()))
                            .isEmpty();
            if (!met) {
                failures.add(new Failure(
                        i,
                        expectation.permission(),
                        words(expectation.granted(), expectation.reason()),
                        words(answer.granted(), Optional.of(answer.reason().code())),
                        answer.text(test.app().key().toString(), expectation.permission())));
            }
        }
        return new TestResult(test.name(), failures);
    }

    /** A test says in which zones the device is, not where: each zone becomes one that a tag of its name stands for. */
    private static PolicySnapshot withZonesByName(PolicySnapshot policy) {
        List<Zone> zones = policy.zones().stream()
                .map(zone ->
                        new Zone(zone.name(), zone.description(), Optional.empty(), new TreeSet<>(Set.of(zone.name()))))
                .toList();
        return new PolicySnapshot(
                policy.version(),
                policy.roles(),
                policy.bindings(),
                policy.guardRails(),
                policy.capabilities(),
                zones,
                policy.shifts(),
                policy.tests());
    }

    private static Situation situation(PolicyTest.Moment moment) {
        return new Situation(
                moment.at(),
                Optional.empty(),
                moment.zones(),
                moment.groups(),
                moment.states(),
                Optional.of(moment.network()).filter(network -> !network.isEmpty()));
    }

    private static String words(boolean granted, Optional<String> reason) {
        return (granted ? "granted" : "denied")
                + reason.map(code -> " (" + code + ")").orElse("");
    }
}

package dev.muster.control.permissions;

import dev.muster.control.permissions.PolicyDrafts.Tested;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.Judgement;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.PolicyTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks a policy what its own tests expect of it. Pure, thread-safe. */
final class PolicyTestRunner {
    private final BundleCompiler compiler = new BundleCompiler();

    /** Every test of the policy, by name. */
    List<Tested> run(PolicySnapshot policy) {
        return policy.tests().stream().map(test -> run(policy, test)).toList();
    }

    private Tested run(PolicySnapshot policy, PolicyTest test) {
        DeviceProfile profile = DeviceProfile.of(test.device(), List.of(test.app()));
        List<Tested.Failure> failures = new ArrayList<>();
        for (PolicyTest.Expectation expected : test.expectations()) {
            failure(policy, profile, test, expected).ifPresent(failures::add);
        }
        return new Tested(test.name(), failures.isEmpty(), failures);
    }

    private Optional<Tested.Failure> failure(
            PolicySnapshot policy, DeviceProfile profile, PolicyTest test, PolicyTest.Expectation expected) {
        String wanted = word(expected.granted())
                + expected.reason().map(reason -> " (" + reason + ")").orElse("");
        try {
            Judgement found = compiler.judge(policy, profile, test.app().key(), expected.permission(), test.moment());
            boolean asExpected = found.reason().isGranted() == expected.granted()
                    && expected.reason()
                            .filter(reason -> !reason.equals(found.reason().code()))
                            .isEmpty();
            return asExpected
                    ? Optional.empty()
                    : Optional.of(new Tested.Failure(
                            expected.permission(),
                            wanted,
                            word(found.reason().isGranted()) + " ("
                                    + found.reason().code() + ")",
                            found.rules().stream().map(Rule::name).collect(Collectors.joining(", "))));
        } catch (BundleException e) {
            return Optional.of(
                    new Tested.Failure(expected.permission(), wanted, "no answer", String.valueOf(e.getMessage())));
        }
    }

    private static String word(boolean granted) {
        return granted ? "granted" : "denied";
    }
}

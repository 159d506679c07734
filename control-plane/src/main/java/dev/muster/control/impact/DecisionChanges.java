package dev.muster.control.impact;

import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds every decision about a profile that two policies make differently. Thread-safe. */
final class DecisionChanges {
    private static final Decided NO_POLICY = new Decided(false, Reason.NO_POLICY.code(), null);

    private final BundleCompiler compiler = new BundleCompiler();

    /** One decision that differs. */
    record One(AppKey app, String permission, Decided before, Decided after) {}

    /** Those of {@code profile}; a policy of version 0 is none at all. */
    List<One> between(PolicySnapshot before, PolicySnapshot after, DeviceProfile profile) {
        Bundle old = Bundle.open(ByteBuffer.wrap(compiler.compile(before, profile)));
        Bundle now = Bundle.open(ByteBuffer.wrap(compiler.compile(after, profile)));
        List<One> ones = new ArrayList<>();
        for (int row = 0; row < now.rows(); row++) {
            AppKey app = now.app(row);
            Map<String, Decided> were = decisions(old, old.row(app));
            if (before.version() == 0) {
                were.replaceAll((permission, was) -> NO_POLICY);
            }
            decisions(now, row).forEach((permission, is) -> {
                Decided was = were.get(permission);
                if (was != null && was.granted() != is.granted()) {
                    ones.add(new One(app, permission, was, is));
                }
            });
        }
        return ones;
    }

    private static Map<String, Decided> decisions(Bundle bundle, int row) {
        Map<String, Decided> decisions = new HashMap<>();
        for (Bundle.Requested requested : bundle.requested(row)) {
            Answer answer = bundle.describe(requested.decision());
            decisions.put(
                    requested.permission(),
                    new Decided(answer.granted(), answer.reason().code(), null));
        }
        return decisions;
    }
}

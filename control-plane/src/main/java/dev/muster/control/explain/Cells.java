package dev.muster.control.explain;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.FactKind;
import java.util.List;

/** Goes through all that a bundle says. Pure. */
public final class Cells {
    private Cells() {}

    /**
     * How many denied permissions nothing on the device stops the operating system from granting. What a guard rail
     * forbids at some moments only is among them: when its moment comes, nothing brings it about.
     */
    public static int powerless(Bundle bundle, Levels levels) {
        int count = 0;
        for (int row = 0; row < bundle.rows(); row++) {
            AppKey app = bundle.app(row);
            for (Bundle.Requested requested : bundle.requested(row)) {
                String permission = requested.permission();
                boolean powerless = bundle.chain(row, bundle.permission(permission)).stream()
                        .flatMap(chain -> chain.steps().stream())
                        .map(Chain.Step::reason)
                        .filter(reason -> !reason.isGranted() && reason != Reason.CONDITION)
                        .anyMatch(reason ->
                                levels.level(app.bundle(), permission, reason).isPowerless());
                count += powerless ? 1 : 0;
            }
        }
        return count;
    }

    /** Whether answers depend on more than time. */
    public static boolean asksTheDevice(Bundle bundle) {
        return bundle.facts().facts().stream().anyMatch(fact -> fact.kind() != FactKind.SHIFT);
    }

    /** Whether what is answered there depends on more than time. */
    static boolean asksTheDevice(Bundle bundle, AppKey app, String permission) {
        return asksTheDevice(bundle)
                && bundle.chain(bundle.row(app), bundle.permission(permission))
                        .filter(Chain::isConditional)
                        .isPresent();
    }

    /** The permissions that a row asks for, sorted. */
    public static List<String> requested(Bundle bundle, int row) {
        return bundle.requested(row).stream()
                .map(Bundle.Requested::permission)
                .sorted()
                .toList();
    }
}

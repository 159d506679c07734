package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What another policy would change, exactly: every decision of every app of every profile is compared. Thread-safe. */
public final class Impact {
    private final PermissionCatalog catalog;

    /** Knows OpenHarmony's permissions. */
    public Impact() {
        this(PermissionCatalog.builtIn());
    }

    public Impact(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A profile and how many devices have it.
     *
     * @param profile must hold all that either policy asks for
     */
    public record Profile(DeviceProfile profile, long devices) {}

    /**
     * An answer while the lease holds, for all moments.
     *
     * @param granted whether it is granted, at least while {@code condition} holds
     * @param reason of the grant; where nothing grants, of the denial
     * @param condition in words, where the answer depends on the moment
     */
    public record Side(boolean granted, Reason reason, Optional<String> condition) {}

    /** One decision of one profile that changes. */
    public record Change(Profile profile, AppKey app, String permission, Side before, Side after) {}

    /**
     * Decisions of a bundle name that change alike.
     *
     * @param devices on which at least one instance of the app is concerned
     */
    public record Summary(String bundle, String permission, Side before, Side after, long devices) {}

    /** Every decision that differs in grant, reason or condition, as it is found. */
    public void between(
            PolicySnapshot before, PolicySnapshot after, Iterable<Profile> profiles, Consumer<Change> changes) {
        for (Profile profile : profiles) {
            DeviceAttributes device = profile.profile().attributes();
            Inventory inventory = Inventory.of(catalog, profile.profile().apps());
            Bundle was = TableCompiler.compile(catalog, before, device, inventory);
            Bundle is = TableCompiler.compile(catalog, after, device, inventory);
            Side[] sidesBefore = new Side[was.compiled().shapes().size()];
            Side[] sidesAfter = new Side[is.compiled().shapes().size()];
            Difference.visit(
                    was,
                    is,
                    (row, column, shapeBefore, shapeAfter) -> changes.accept(new Change(
                            profile,
                            was.app(row),
                            was.permissionName(column),
                            side(was, shapeBefore, sidesBefore),
                            side(is, shapeAfter, sidesAfter))));
        }
    }

    /** The same, added up over profiles; sorted by bundle name and permission. */
    public List<Summary> between(PolicySnapshot before, PolicySnapshot after, Collection<Profile> profiles) {
        Map<Key, Long> devices = new TreeMap<>();
        for (Profile profile : profiles) {
            Map<Key, Long> here = new TreeMap<>();
            between(
                    before,
                    after,
                    List.of(profile),
                    change -> here.put(
                            new Key(change.app().bundle(), change.permission(), change.before(), change.after()),
                            profile.devices()));
            here.forEach((key, count) -> devices.merge(key, count, Long::sum));
        }
        List<Summary> summaries = new ArrayList<>();
        devices.forEach((key, count) ->
                summaries.add(new Summary(key.bundle(), key.permission(), key.before(), key.after(), count)));
        return summaries;
    }

    private record Key(String bundle, String permission, Side before, Side after) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byBundle = bundle.compareTo(other.bundle);
            int byPermission = byBundle != 0 ? byBundle : permission.compareTo(other.permission);
            int byBefore = byPermission != 0 ? byPermission : before.toString().compareTo(other.before.toString());
            return byBefore != 0 ? byBefore : after.toString().compareTo(other.after.toString());
        }
    }

    private static Side side(Bundle policy, int shape, Side[] known) {
        if (known[shape] == null) {
            known[shape] = side(policy.compiled().shapes().steps(shape), policy.facts());
        }
        return known[shape];
    }

    private static Side side(List<Shapes.Step> steps, FactTable facts) {
        Shapes.Step last = steps.getLast();
        Optional<Shapes.Step> grant =
                steps.stream().filter(step -> step.reason().isGranted()).findFirst();
        if (steps.size() == 1) {
            return new Side(last.reason().isGranted(), last.reason(), Optional.empty());
        }
        List<String> grants = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        for (Shapes.Step step : steps) {
            if (!step.when().isAlways()) {
                (step.reason().isGranted() ? grants : limits).add(Conditions.text(step.when(), facts));
            }
        }
        String text = String.join("; or ", grants)
                + (grants.isEmpty() || limits.isEmpty() ? "" : "; ")
                + (limits.isEmpty() ? "" : "limited by a guard rail while: " + String.join("; or ", limits));
        return new Side(grant.isPresent(), grant.map(Shapes.Step::reason).orElse(last.reason()), Optional.of(text));
    }
}

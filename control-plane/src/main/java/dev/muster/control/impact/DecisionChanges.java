package dev.muster.control.impact;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds every decision about a profile that two policies make differently: other answers, and answers that hold at other
 * moments. Conditions are compared in their canonical terms, so that two ways to write one are the same; two that are the
 * same and lower to other terms count as a change. Thread-safe.
 */
final class DecisionChanges {
    private static final Judged NO_POLICY = new Judged(List.of(), new Decided(false, Reason.NO_POLICY.code(), null));

    private final BundleCompiler compiler = new BundleCompiler();

    /** One decision that differs. */
    record One(AppKey app, String permission, Decided before, Decided after) {}

    /** When it is granted, as the steps say that decide; and what to show of it. */
    private record Judged(List<When> steps, Decided shown) {}

    /** What is answered while a condition holds and none before it does. */
    private record When(String condition, boolean granted) {}

    /** Those of {@code profile}; a policy of version 0 is none at all. */
    List<One> between(PolicySnapshot before, PolicySnapshot after, DeviceProfile profile) {
        Bundle old = Bundle.open(ByteBuffer.wrap(compiler.compile(before, profile)));
        Bundle now = Bundle.open(ByteBuffer.wrap(compiler.compile(after, profile)));
        Set<String> moved = moved(before, after);
        List<One> ones = new ArrayList<>();
        for (AppInstance app : profile.apps()) {
            int was = old.row(app.key());
            int is = now.row(app.key());
            for (String permission : app.requested()) {
                Judged judged = judged(now, is, permission);
                Judged earlier = before.version() == 0 ? NO_POLICY : judged(old, was, permission);
                if (judged != null && earlier != null && differ(earlier, judged, moved)) {
                    ones.add(new One(app.key(), permission, earlier.shown(), judged.shown()));
                }
            }
        }
        return ones;
    }

    private static boolean differ(Judged before, Judged after, Set<String> moved) {
        if (!grants(before) && !grants(after)) {
            return false;
        }
        return !before.steps().equals(after.steps())
                || after.steps().stream().anyMatch(step -> moved.stream().anyMatch(step.condition()::contains));
    }

    private static boolean grants(Judged judged) {
        return judged.steps().stream().anyMatch(When::granted);
    }

    private static @Nullable Judged judged(Bundle bundle, int row, String permission) {
        return bundle.chain(row, bundle.permission(permission))
                .map(chain -> judged(bundle, chain))
                .orElse(null);
    }

    private static Judged judged(Bundle bundle, Chain chain) {
        List<When> steps = new ArrayList<>();
        for (Chain.Step step : chain.steps()) {
            When when = new When(
                    Conditions.text(step.when(), bundle.facts()), step.reason().isGranted());
            // A step that answers like the last one says nothing if only those that answer alike lie between.
            if (steps.isEmpty() || !steps.getLast().equals(when)) {
                steps.add(when);
            }
        }
        Chain.Step first = chain.steps().getFirst();
        Chain.Step last = chain.last();
        if (!chain.isConditional()) {
            return new Judged(
                    steps,
                    new Decided(first.reason().isGranted(), first.reason().code(), null));
        }
        boolean granted = steps.stream().anyMatch(When::granted);
        Reason reason = chain.steps().stream()
                .map(Chain.Step::reason)
                .filter(one -> one.isGranted() == granted)
                .findFirst()
                .orElse(last.reason());
        return new Judged(
                steps,
                new Decided(
                        granted,
                        reason.code(),
                        steps.stream()
                                .map(step -> (step.granted() ? "granted " : "denied ") + step.condition())
                                .collect(Collectors.joining("; else "))));
    }

    /** Names of zones and shifts that mean something else in the two policies, as conditions spell them. */
    private static Set<String> moved(PolicySnapshot before, PolicySnapshot after) {
        Set<String> names = new TreeSet<>();
        Map<String, PolicyDocument> old = places(before);
        places(after).forEach((name, place) -> {
            PolicyDocument was = old.get(name);
            if (was != null && !was.equals(place)) {
                names.add(name);
            }
        });
        return names;
    }

    private static Map<String, PolicyDocument> places(PolicySnapshot snapshot) {
        return new HashMap<>(Stream.<PolicyDocument>concat(snapshot.zones().stream(), snapshot.shifts().stream())
                .collect(Collectors.toMap(
                        place -> place.kind().toLowerCase(java.util.Locale.ROOT) + " `" + place.name() + "`",
                        Function.identity())));
    }
}

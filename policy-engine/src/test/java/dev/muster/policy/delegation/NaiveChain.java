package dev.muster.policy.delegation;

import dev.muster.policy.condition.DirectEvaluator;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One page of obvious code that says whether a chain gives a permission. No bytes, no keys, no packed words. */
final class NaiveChain {
    private NaiveChain() {}

    /** A block as a person would write it down; null and empty: not limited. */
    record Step(
            Set<String> permissions,
            @Nullable String bundle,
            Set<String> devices,
            Condition when,
            Instant from,
            Instant until) {}

    /** Where conditions ask for groups, states and networks only, in UTC. */
    static boolean gives(
            Capability root,
            List<Step> steps,
            Set<String> installed,
            String device,
            String bundle,
            String permission,
            Situation situation,
            List<Condition.Fact> facts) {
        boolean gives = installed.contains(bundle);
        gives &= root.permissions().contains(permission);
        boolean named = false;
        for (String pattern : root.apps().bundles()) {
            named |= matches(pattern, bundle);
        }
        gives &= named;
        gives &= root.devices() instanceof DeviceSelector.Ids ids && ids.ids().contains(device);
        gives &= situation.now().isBefore(root.notAfter());
        gives &= holds(root.when(), situation, facts);
        for (Step step : steps) {
            gives &= step.permissions().contains(permission);
            gives &= step.bundle() == null || matches(step.bundle(), bundle);
            gives &= step.devices().isEmpty() || step.devices().contains(device);
            gives &= !situation.now().isBefore(step.from());
            gives &= situation.now().isBefore(step.until());
            gives &= holds(step.when(), situation, facts);
        }
        return gives;
    }

    private static boolean matches(String pattern, String bundle) {
        return pattern.endsWith("*") ? bundle.startsWith(pattern.replace("*", "")) : bundle.equals(pattern);
    }

    private static boolean holds(Condition when, Situation situation, List<Condition.Fact> facts) {
        Set<Condition.Fact> there = new HashSet<>();
        for (Condition.Fact fact : facts) {
            boolean is =
                    switch (fact.kind()) {
                        case GROUP -> situation.groups().contains(fact.name());
                        case STATE -> situation.states().contains(fact.name());
                        case NETWORK ->
                            situation.network().filter(fact.name()::equals).isPresent();
                        case ZONE, SHIFT -> false;
                    };
            if (is) {
                there.add(fact);
            }
        }
        ZonedDateTime local = situation.now().atZone(ZoneOffset.UTC);
        int minute = local.getHour() * 60 + local.getMinute();
        return DirectEvaluator.holds(
                when,
                new DirectEvaluator.Moment(
                        situation.now(), minute, local.getDayOfWeek().getValue(), there));
    }
}

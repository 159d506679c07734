package dev.muster.control.explain;

import dev.muster.policy.bundle.Rule;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what a rule says in the documents it comes from. Pure. */
final class RuleReading {
    private RuleReading() {}

    /** Under which condition the rule speaks about the permission; empty where the version has no such rule. */
    static Optional<Condition> condition(PolicySnapshot snapshot, Rule rule, String permission) {
        return switch (rule.kind()) {
            case BINDING ->
                named(snapshot.bindings(), rule.name(), Binding::name)
                        .map(binding -> Condition.both(
                                binding.when(),
                                rule.role()
                                        .flatMap(snapshot::role)
                                        .map(role -> condition(role, permission))
                                        .orElse(Condition.ALWAYS)));
            case GUARD_RAIL ->
                named(snapshot.guardRails(), rule.name(), GuardRail::name).map(GuardRail::when);
            case CAPABILITY ->
                named(snapshot.capabilities(), rule.name(), Capability::name).map(Capability::whole);
        };
    }

    private static Condition condition(Role role, String permission) {
        if (role.permissions().contains(permission)) {
            return Condition.ALWAYS;
        }
        List<Condition> any = role.conditional().stream()
                .filter(part -> part.permissions().contains(permission))
                .map(Role.Conditional::when)
                .toList();
        return any.size() == 1 ? any.getFirst() : new Condition.Any(any);
    }

    /** The documents that speak, as {@code Kind/name}: the rules, their roles, the zones and shifts they ask for. */
    static Set<String> documents(PolicySnapshot snapshot, List<Rule> rules, String permission) {
        Set<String> names = new LinkedHashSet<>();
        for (Rule rule : rules) {
            names.add(
                    switch (rule.kind()) {
                        case BINDING -> "Binding/" + rule.name();
                        case GUARD_RAIL -> "GuardRail/" + rule.name();
                        case CAPABILITY -> "Capability/" + rule.name();
                    });
            rule.role().ifPresent(role -> names.add("Role/" + role));
            condition(snapshot, rule, permission).ifPresent(condition -> places(condition, names));
        }
        return names;
    }

    private static void places(Condition condition, Set<String> names) {
        switch (condition) {
            case Condition.All all -> all.of().forEach(part -> places(part, names));
            case Condition.Any any -> any.of().forEach(part -> places(part, names));
            case Condition.Not not -> places(not.of(), names);
            case Condition.Fact fact -> {
                switch (fact.kind()) {
                    case ZONE -> names.add("Zone/" + fact.name());
                    case SHIFT -> names.add("Shift/" + fact.name());
                    case GROUP, STATE, NETWORK -> {}
                }
            }
            case Condition.Always always -> {}
            case Condition.Minutes minutes -> {}
            case Condition.Weekdays weekdays -> {}
            case Condition.From from -> {}
            case Condition.Until until -> {}
        }
    }

    private static <T> Optional<T> named(
            List<T> documents, String name, java.util.function.Function<T, String> nameOf) {
        return documents.stream()
                .filter(document -> nameOf.apply(document).equals(name))
                .findFirst();
    }
}

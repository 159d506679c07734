package dev.muster.policy.language;

import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.language.condition.Complexity;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Conditions that a device gets joined: each may be simple enough, and both together not. */
final class Combinations {
    private Combinations() {}

    /** Why what a binding gives through a role is too complex for a device; empty where it is not. */
    static Optional<String> tooComplex(Binding binding, Role role) {
        if (binding.when() instanceof Condition.Always && role.conditional().size() < 2) {
            return Optional.empty();
        }
        for (List<Condition> alternatives : alternatives(role)) {
            Condition both = Condition.both(binding.when(), new Condition.Any(alternatives));
            switch (Complexity.lower(both)) {
                case Terms ignored -> {}
                case TooComplex complex -> {
                    return Optional.of(complex.reason());
                }
            }
        }
        return Optional.empty();
    }

    /** For each permission that the role gives only under conditions, those conditions; equal ones once. */
    private static Collection<List<Condition>> alternatives(Role role) {
        Set<String> names = new TreeSet<>();
        role.conditional().forEach(conditional -> names.addAll(conditional.permissions()));
        names.removeAll(role.permissions());
        Set<List<Condition>> alternatives = new HashSet<>();
        for (String name : names) {
            List<Condition> any = new ArrayList<>();
            role.conditional().stream()
                    .filter(conditional -> conditional.permissions().contains(name))
                    .forEach(conditional -> any.add(conditional.when()));
            alternatives.add(any);
        }
        return alternatives;
    }
}

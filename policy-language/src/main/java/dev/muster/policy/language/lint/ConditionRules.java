package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.lint.Subjects.Subject;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.Role;
import java.util.NavigableSet;
import java.util.stream.Collectors;

/** Conditions that say nothing, and those that change their meaning where something is not known. */
final class ConditionRules {
    private final Subjects subjects;
    private final Findings findings;

    ConditionRules(Subjects subjects, Findings findings) {
        this.subjects = subjects;
        this.findings = findings;
    }

    void check() {
        for (Subject<Role> role : subjects.roles) {
            for (int i = 0; i < role.document().conditional().size(); i++) {
                grant(
                        role.written(),
                        "conditional/" + i + "/when",
                        role.document().conditional().get(i).when());
            }
        }
        for (Subject<Binding> binding : subjects.bindings) {
            grant(binding.written(), "when", binding.document().when());
            together(binding);
        }
        for (Subject<Capability> capability : subjects.capabilities) {
            grant(capability.written(), "when", capability.document().when());
        }
        subjects.guardRails.forEach(this::rail);
    }

    private void grant(ParsedDocument written, String part, Condition when) {
        if (isConstant(written, part, when)) {
            return;
        }
        NavigableSet<Fact> unknown = Formulas.facts(when).negative();
        if (unknown.stream().anyMatch(ConditionRules::canBeUnknown)) {
            findings.add(
                    LintRule.NEGATED_FACT,
                    written,
                    part,
                    "holds also where " + names(unknown)
                            + " is not known: unknown counts as not there; ask for something that must be there");
        }
    }

    private void rail(Subject<GuardRail> rail) {
        Condition when = rail.document().when();
        if (isConstant(rail.written(), "when", when)) {
            return;
        }
        NavigableSet<Fact> needed = Formulas.facts(when).positive();
        if (needed.stream().anyMatch(ConditionRules::canBeUnknown)) {
            findings.add(
                    LintRule.LIMIT_NEEDS_FACT,
                    rail.written(),
                    "when",
                    "does not limit where " + names(needed)
                            + " is not known: unknown counts as not there; ask with `!` for what lifts the limit");
        }
    }

    private boolean isConstant(ParsedDocument written, String part, Condition when) {
        if (Formulas.isNever(when)) {
            findings.add(LintRule.CONDITION_NEVER, written, part, "this condition can never hold");
            return true;
        }
        if (!(when instanceof Condition.Always) && Formulas.isAlways(when)) {
            findings.add(LintRule.CONDITION_ALWAYS, written, part, "this condition always holds; leave it out");
            return true;
        }
        return false;
    }

    /** A binding and a role that each can hold, but never at the same time. */
    private void together(Subject<Binding> binding) {
        Condition own = binding.document().when();
        if (own instanceof Condition.Always || Formulas.isNever(own)) {
            return;
        }
        for (String name : binding.document().roles()) {
            subjects.role(name).ifPresent(role -> role.conditional().stream()
                    .filter(conditional -> !Formulas.isNever(conditional.when()))
                    .filter(conditional -> Formulas.isNever(Condition.both(own, conditional.when())))
                    .forEach(conditional -> findings.add(
                            LintRule.CONDITIONS_EXCLUDE,
                            binding.written(),
                            "when",
                            "never holds together with the condition under which role `" + name + "` gives "
                                    + conditional.permissions().stream()
                                            .map(permission -> "`" + permission + "`")
                                            .collect(Collectors.joining(", ")))));
        }
    }

    /** Time is always known; what the platform tells may not be. */
    private static boolean canBeUnknown(Fact fact) {
        return fact.kind() != FactKind.SHIFT;
    }

    private static String names(NavigableSet<Fact> facts) {
        return facts.stream()
                .filter(ConditionRules::canBeUnknown)
                .map(fact -> fact.kind().text() + " `" + fact.name() + "`")
                .collect(Collectors.joining(" or "));
    }
}

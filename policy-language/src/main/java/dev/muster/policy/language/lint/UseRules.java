package dev.muster.policy.language.lint;

import dev.muster.policy.language.lint.Subjects.Subject;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.Role;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** What nobody uses. */
final class UseRules {
    private final Subjects subjects;
    private final Findings findings;

    UseRules(Subjects subjects, Findings findings) {
        this.subjects = subjects;
        this.findings = findings;
    }

    void check() {
        Set<String> given = new HashSet<>();
        subjects.bindings.forEach(binding -> given.addAll(binding.document().roles()));
        for (Subject<Role> role : subjects.roles) {
            if (!given.contains(role.document().name())) {
                findings.add(
                        LintRule.ROLE_UNUSED,
                        role.written(),
                        "name",
                        "no binding gives this role; bind it or remove it");
            }
            if (role.document().permissions().isEmpty()
                    && role.document().conditional().stream()
                            .allMatch(one -> one.permissions().isEmpty())) {
                findings.add(LintRule.ROLE_EMPTY, role.written(), "name", "holds no permission");
            }
        }
        Set<Fact> asked = new HashSet<>();
        conditions().map(Formulas::facts).forEach(facts -> {
            asked.addAll(facts.positive());
            asked.addAll(facts.negative());
        });
        subjects.zones.stream()
                .filter(zone ->
                        !asked.contains(new Fact(FactKind.ZONE, zone.document().name())))
                .forEach(zone ->
                        findings.add(LintRule.ZONE_UNUSED, zone.written(), "name", "no condition asks for this zone"));
        subjects.shifts.stream()
                .filter(shift -> !asked.contains(
                        new Fact(FactKind.SHIFT, shift.document().name())))
                .forEach(shift -> findings.add(
                        LintRule.SHIFT_UNUSED, shift.written(), "name", "no condition asks for this shift"));
    }

    private Stream<Condition> conditions() {
        return Stream.of(
                        subjects.roles.stream()
                                .flatMap(role -> role.document().conditional().stream())
                                .map(Role.Conditional::when),
                        subjects.bindings.stream()
                                .map(binding -> binding.document().when()),
                        subjects.guardRails.stream().map(rail -> rail.document().when()),
                        subjects.capabilities.stream()
                                .map(capability -> capability.document().when()))
                .flatMap(conditions -> conditions);
    }
}

package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.lint.Subjects.Subject;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.List;

/** Permissions that cannot be what their giver thinks. */
final class PermissionRules {
    private final PermissionCatalog catalog;
    private final Subjects subjects;
    private final Findings findings;

    PermissionRules(PermissionCatalog catalog, Subjects subjects, Findings findings) {
        this.catalog = catalog;
        this.subjects = subjects;
        this.findings = findings;
    }

    void check() {
        for (Subject<Role> subject : subjects.roles) {
            Role role = subject.document();
            role.permissions().forEach(name -> given(subject.written(), "permissions/" + name, name));
            for (int i = 0; i < role.conditional().size(); i++) {
                for (String name : role.conditional().get(i).permissions()) {
                    String part = "conditional/" + i + "/" + name;
                    given(subject.written(), part, name);
                    if (role.permissions().contains(name)) {
                        findings.add(
                                LintRule.PERMISSION_ALSO_PLAIN,
                                subject.written(),
                                part,
                                "gives `" + name + "` also without this condition, which therefore changes nothing");
                    }
                }
            }
        }
        for (Subject<Capability> capability : subjects.capabilities) {
            capability
                    .document()
                    .permissions()
                    .forEach(name -> given(capability.written(), "permissions/" + name, name));
        }
        subjects.tests.forEach(this::test);
    }

    private void given(ParsedDocument written, String part, String name) {
        catalog.find(name).ifPresent(definition -> given(written, part, definition));
    }

    private void given(ParsedDocument written, String part, PermissionDefinition definition) {
        String name = "`" + definition.name() + "`";
        if (definition.availableType() == AvailableType.SERVICE) {
            findings.add(
                    LintRule.PERMISSION_SERVICE_ONLY,
                    written,
                    part,
                    name + " is for system services only; an app never gets it");
        } else if (definition.availableLevel() == Apl.SYSTEM_CORE) {
            findings.add(
                    LintRule.PERMISSION_NEEDS_ACL,
                    written,
                    part,
                    name + " needs level system_core"
                            + (definition.provisionEnable()
                                    ? "; others get it only where the access control list of their signed profile"
                                            + " lifts it"
                                    : ", and no access control list lifts it"));
        }
        definition
                .deprecated()
                .ifPresent(since -> findings.add(
                        LintRule.PERMISSION_DEPRECATED,
                        written,
                        part,
                        name + " is deprecated (" + since + "); see what replaces it"));
    }

    private void test(Subject<PolicyTest> test) {
        List<PolicyTest.Expectation> expectations = test.document().expectations();
        for (int i = 0; i < expectations.size(); i++) {
            String name = expectations.get(i).permission();
            if (catalog.find(name).isEmpty()) {
                findings.add(
                        LintRule.TEST_UNKNOWN_PERMISSION,
                        test.written(),
                        "expect/" + i,
                        "no permission " + Quote.of(name) + " is defined"
                                + Suggestion.didYouMean(
                                        name,
                                        catalog.definitions().stream()
                                                .map(PermissionDefinition::name)
                                                .toList()));
            }
        }
    }
}

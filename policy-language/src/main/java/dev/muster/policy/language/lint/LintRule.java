package dev.muster.policy.language.lint;

import java.util.Locale;

/** The rules of {@link PolicyLint}. Their ids are stable: scripts and suppressions rely on them. */
public enum LintRule {
    ROLE_UNUSED(Severity.WARNING, "no binding gives the role"),
    ROLE_EMPTY(Severity.WARNING, "the role holds no permission"),
    ZONE_UNUSED(Severity.WARNING, "no condition asks for the zone"),
    SHIFT_UNUSED(Severity.WARNING, "no condition asks for the shift"),
    BINDING_NEVER_MATCHES(Severity.ERROR, "the binding can give nothing to anybody"),
    PERMISSION_SERVICE_ONLY(Severity.ERROR, "only system services may hold the permission; giving it never works"),
    PERMISSION_NEEDS_ACL(
            Severity.WARNING, "no app below level system_core holds the permission without an access control list"),
    PERMISSION_DEPRECATED(Severity.WARNING, "OpenHarmony has deprecated the permission"),
    PERMISSION_ALSO_PLAIN(Severity.WARNING, "the role gives the permission also without the condition"),
    GRANT_SHADOWED(Severity.WARNING, "a guard rail denies what the grant gives, everywhere and always"),
    GRANT_DUPLICATE(Severity.WARNING, "another binding gives at least the same"),
    CONDITION_NEVER(Severity.ERROR, "the condition can never hold"),
    CONDITION_ALWAYS(Severity.WARNING, "the condition always holds"),
    CONDITIONS_EXCLUDE(Severity.WARNING, "the conditions of binding and role never hold together"),
    NEGATED_FACT(Severity.WARNING, "the grant holds where the fact is not known"),
    LIMIT_NEEDS_FACT(Severity.WARNING, "the guard rail does not limit where the fact is not known"),
    CAPABILITY_ENDED(Severity.WARNING, "the capability has ended"),
    CAPABILITY_LONG_LIVED(Severity.WARNING, "the capability lives longer than a year"),
    CAPABILITY_REDUNDANT(Severity.WARNING, "a binding gives the same without a condition"),
    TEST_UNKNOWN_PERMISSION(Severity.WARNING, "the test names a permission that is not defined"),
    DENY_UNREQUESTED(Severity.WARNING, "no app of the inventory requests the permission that is denied"),
    SELECTS_NOTHING(Severity.WARNING, "no app on any device of the inventory is selected");

    private final Severity severity;
    private final String meaning;

    LintRule(Severity severity, String meaning) {
        this.severity = severity;
        this.meaning = meaning;
    }

    /** Such as {@code role-unused}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Severity severity() {
        return severity;
    }

    /** What a finding of it means, in a few words. */
    public String meaning() {
        return meaning;
    }
}

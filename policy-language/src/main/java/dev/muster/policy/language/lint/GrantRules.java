package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.lint.Subjects.Subject;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.UserSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Grants that give nothing, or nothing more than another. */
final class GrantRules {
    static final Duration LONG_LIFE = Duration.ofDays(366);

    /** What a bundle name may hold; a pattern may end anywhere in it. */
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z][A-Za-z0-9_.]*\\*?|\\*");

    private static final int MOST_NAMED = 5;

    private final Subjects subjects;
    private final Findings findings;

    GrantRules(Subjects subjects, Findings findings) {
        this.subjects = subjects;
        this.findings = findings;
    }

    /** What a binding or capability gives, and to whom. */
    private record Grant(
            ParsedDocument written,
            NavigableSet<String> permissions,
            AppSelector apps,
            DeviceSelector devices,
            UserSelector users) {}

    void check(Instant now) {
        for (Subject<Binding> subject : subjects.bindings) {
            Binding binding = subject.document();
            matches(subject);
            shadowed(new Grant(
                    subject.written(), subjects.given(binding), binding.apps(), binding.devices(), binding.users()));
            duplicate(subject);
        }
        for (Subject<Capability> subject : subjects.capabilities) {
            Capability capability = subject.document();
            lifetime(subject, now);
            shadowed(new Grant(
                    subject.written(),
                    capability.permissions(),
                    capability.apps(),
                    capability.devices(),
                    capability.users()));
            redundant(subject);
        }
    }

    private void matches(Subject<Binding> subject) {
        Binding binding = subject.document();
        boolean allHere =
                binding.roles().stream().allMatch(name -> subjects.role(name).isPresent());
        if (allHere && subjects.given(binding).isEmpty()) {
            findings.add(
                    LintRule.BINDING_NEVER_MATCHES, subject.written(), "roles", "its roles hold no permission at all");
        }
        NavigableSet<String> bundles = binding.apps().bundles();
        if (!bundles.isEmpty()
                && bundles.stream().noneMatch(name -> BUNDLE.matcher(name).matches())) {
            findings.add(
                    LintRule.BINDING_NEVER_MATCHES,
                    subject.written(),
                    "apps",
                    "no bundle is ever called " + named(bundles)
                            + ": letters, digits, `_` and `.` are allowed, a letter first");
        }
    }

    private void shadowed(Grant grant) {
        for (Subject<GuardRail> subject : subjects.guardRails) {
            GuardRail rail = subject.document();
            boolean everywhere = rail.when() instanceof Condition.Always
                    && Covers.apps(rail.apps(), grant.apps)
                    && Covers.devices(rail.devices(), grant.devices)
                    && Covers.users(rail.users(), grant.users);
            if (!everywhere) {
                continue;
            }
            NavigableSet<String> denied = new TreeSet<>(grant.permissions);
            denied.removeIf(name -> !rail.deny().contains(name)
                    && (rail.ceiling().isEmpty() || rail.ceiling().get().contains(name)));
            if (!denied.isEmpty()) {
                findings.add(
                        LintRule.GRANT_SHADOWED,
                        grant.written,
                        "name",
                        "guard rail `" + rail.name() + "` denies "
                                + (denied.size() == grant.permissions.size() ? "all it gives: " : "") + named(denied)
                                + ", everywhere and always");
            }
        }
    }

    private void duplicate(Subject<Binding> subject) {
        Binding binding = subject.document();
        subjects.bindings.stream()
                .filter(other -> !other.document().name().equals(binding.name()))
                .filter(other -> gives(other.document(), binding))
                // Of two equal ones the later by name is the one too many.
                .filter(other -> !gives(binding, other.document())
                        || other.document().name().compareTo(binding.name()) < 0)
                .findFirst()
                .ifPresent(other -> findings.add(
                        LintRule.GRANT_DUPLICATE,
                        subject.written(),
                        "name",
                        "binding `" + other.document().name() + "` gives at least the same"));
    }

    /** Whether one binding gives everything that another does. */
    private static boolean gives(Binding wide, Binding narrow) {
        return wide.roles().containsAll(narrow.roles())
                && Covers.apps(wide.apps(), narrow.apps())
                && Covers.devices(wide.devices(), narrow.devices())
                && Covers.users(wide.users(), narrow.users())
                && Formulas.implies(narrow.when(), wide.when());
    }

    private void lifetime(Subject<Capability> subject, Instant now) {
        Capability capability = subject.document();
        Instant start = capability.notBefore().orElse(now);
        if (!capability.notAfter().isAfter(now)) {
            findings.add(
                    LintRule.CAPABILITY_ENDED,
                    subject.written(),
                    "notAfter",
                    "ended at " + capability.notAfter() + "; remove it or give it a new end");
        } else if (Duration.between(start, capability.notAfter()).compareTo(LONG_LIFE) > 0) {
            findings.add(
                    LintRule.CAPABILITY_LONG_LIVED,
                    subject.written(),
                    "notAfter",
                    "lives for "
                            + Duration.between(start, capability.notAfter()).toDays()
                            + " days; what does not end within a year is better a binding");
        }
    }

    private void redundant(Subject<Capability> subject) {
        Capability capability = subject.document();
        NavigableSet<String> left = new TreeSet<>(capability.permissions());
        NavigableSet<String> givers = new TreeSet<>();
        for (Subject<Binding> one : subjects.bindings) {
            Binding binding = one.document();
            if (binding.when() instanceof Condition.Always
                    && Covers.apps(binding.apps(), capability.apps())
                    && Covers.devices(binding.devices(), capability.devices())
                    && Covers.users(binding.users(), capability.users())
                    && left.removeAll(subjects.givenPlainly(binding))) {
                givers.add(binding.name());
            }
        }
        if (!givers.isEmpty()) {
            NavigableSet<String> twice = new TreeSet<>(capability.permissions());
            twice.removeAll(left);
            findings.add(
                    LintRule.CAPABILITY_REDUNDANT,
                    subject.written(),
                    "name",
                    (givers.size() == 1 ? "binding " : "bindings ") + named(givers) + " without a condition already "
                            + (givers.size() == 1 ? "gives " : "give ") + named(twice)
                            + "; it does not end with this capability");
        }
    }

    static String named(List<String> names) {
        String first =
                names.stream().limit(MOST_NAMED).map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMED ? first : first + " and " + (names.size() - MOST_NAMED) + " more";
    }

    static String named(NavigableSet<String> names) {
        return named(List.copyOf(names));
    }
}

package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The documents by kind, each with where it was written, sorted by name. */
final class Subjects {
    final List<Subject<Role>> roles;
    final List<Subject<Binding>> bindings;
    final List<Subject<GuardRail>> guardRails;
    final List<Subject<Capability>> capabilities;
    final List<Subject<Zone>> zones;
    final List<Subject<Shift>> shifts;
    final List<Subject<PolicyTest>> tests;
    private final Map<String, Role> byName = new HashMap<>();

    /** One document and where it was written. */
    record Subject<T extends PolicyDocument>(T document, ParsedDocument written) {}

    Subjects(List<ParsedDocument> documents) {
        roles = only(documents, Role.class);
        bindings = only(documents, Binding.class);
        guardRails = only(documents, GuardRail.class);
        capabilities = only(documents, Capability.class);
        zones = only(documents, Zone.class);
        shifts = only(documents, Shift.class);
        tests = only(documents, PolicyTest.class);
        roles.forEach(role -> byName.put(role.document().name(), role.document()));
    }

    /** Empty where the role lies elsewhere. */
    Optional<Role> role(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** What a binding's roles among these documents give, under whatever condition. */
    NavigableSet<String> given(Binding binding) {
        NavigableSet<String> permissions = new TreeSet<>();
        binding.roles().stream().flatMap(name -> role(name).stream()).forEach(role -> {
            permissions.addAll(role.permissions());
            role.conditional().forEach(conditional -> permissions.addAll(conditional.permissions()));
        });
        return permissions;
    }

    /** What they give without a condition of their own. */
    NavigableSet<String> givenPlainly(Binding binding) {
        NavigableSet<String> permissions = new TreeSet<>();
        binding.roles().stream()
                .flatMap(name -> role(name).stream())
                .forEach(role -> permissions.addAll(role.permissions()));
        return permissions;
    }

    private static <T extends PolicyDocument> List<Subject<T>> only(List<ParsedDocument> documents, Class<T> kind) {
        List<Subject<T>> found = new ArrayList<>();
        for (ParsedDocument document : documents) {
            if (kind.isInstance(document.document())) {
                found.add(new Subject<>(kind.cast(document.document()), document));
            }
        }
        found.sort(Comparator.comparing(subject -> subject.document().name()));
        return found;
    }
}

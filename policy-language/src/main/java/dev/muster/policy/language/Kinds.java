package dev.muster.policy.language;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kinds of documents and the fields of their {@code spec}; the JSON Schema says the same. */
final class Kinds {
    static final String API_VERSION = "muster.dev/v1";

    /** In the order people meet them. */
    static final List<String> NAMES =
            List.of("Role", "Binding", "GuardRail", "Capability", "Zone", "Shift", "PolicyTest");

    static final Map<String, Set<String>> FIELDS = Map.of(
            "Role", Set.of("permissions"),
            "Binding", Set.of("roles", "apps", "devices", "users", "when"),
            "GuardRail", Set.of("deny", "ceiling", "denyAfterLease", "apps", "devices", "users", "when"),
            "Capability", Set.of("permissions", "apps", "devices", "users", "when", "notBefore", "notAfter", "holder"),
            "Zone", Set.of("circle", "polygon", "tags"),
            "Shift", Set.of("windows", "except", "also"),
            "PolicyTest", Set.of("device", "app", "at", "zones", "groups", "states", "network", "expect"));

    private Kinds() {}
}

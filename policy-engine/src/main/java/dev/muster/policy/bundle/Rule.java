package dev.muster.policy.bundle;

import java.util.Optional;

/**
 * A rule that decided: the names a person knows it by.
 *
 * @param kind what kind of document it is
 * @param name name of the binding, guard rail or capability
 * @param role the role a binding gave, where it is one
 */
public record Rule(Kind kind, String name, Optional<String> role) implements Comparable<Rule> {
    /** Kinds of rule, with their number in bundles. */
    public enum Kind {
        BINDING(0),
        GUARD_RAIL(1),
        CAPABILITY(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Optional<Kind> of(int number) {
            return switch (number) {
                case 0 -> Optional.of(BINDING);
                case 1 -> Optional.of(GUARD_RAIL);
                case 2 -> Optional.of(CAPABILITY);
                default -> Optional.empty();
            };
        }
    }

    public static Rule binding(String name, String role) {
        return new Rule(Kind.BINDING, name, Optional.of(role));
    }

    public static Rule guardRail(String name) {
        return new Rule(Kind.GUARD_RAIL, name, Optional.empty());
    }

    public static Rule capability(String name) {
        return new Rule(Kind.CAPABILITY, name, Optional.empty());
    }

    @Override
    public int compareTo(Rule other) {
        int byKind = kind.compareTo(other.kind);
        int byName = byKind != 0 ? byKind : name.compareTo(other.name);
        return byName != 0 ? byName : role.orElse("").compareTo(other.role.orElse(""));
    }
}

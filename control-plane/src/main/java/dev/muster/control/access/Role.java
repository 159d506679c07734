package dev.muster.control.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody may do. Every role implies viewer, admin implies all. */
public enum Role {
    VIEWER,
    OPERATOR,
    RELEASE_MANAGER,
    APPROVER,
    SECURITY_OFFICER,
    ADMIN;

    /** Whether who has this role may do what {@code other} may. */
    public boolean implies(Role other) {
        return this == other || this == ADMIN || other == VIEWER;
    }

    /** The name on the wire, such as {@code release-manager}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Inverse of {@link #text()}. */
    public static Optional<Role> parse(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }

    /** All names, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(Role::text).collect(Collectors.joining(", "));
    }
}

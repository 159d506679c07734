package dev.muster.control.access;

import java.util.UUID;

/**
 * A role of a person, a service or a group, on the devices of a selector.
 *
 * @param subject the {@code sub} of a person or service, or the value of the group claim
 * @param deny takes the role away instead: deny always wins
 */
public record RoleBinding(
        UUID id, Kind kind, String issuer, String subject, Role role, Selector selector, boolean deny) {
    /** What the subject is. */
    public enum Kind {
        PERSON,
        SERVICE,
        GROUP
    }
}

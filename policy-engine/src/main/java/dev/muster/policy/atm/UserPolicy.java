package dev.muster.policy.atm;

import java.util.List;

/**
 * Restriction of a permission for users.
 *
 * @param users whom to add or take away; at least one
 * @param persist whether it comes back after a reboot
 */
public record UserPolicy(String permission, List<UserRestriction> users, boolean persist) {
    public UserPolicy {
        users = List.copyOf(users);
    }

    /** Adds a user to, or takes one from, those restricted. */
    public record UserRestriction(int userId, boolean restricted) {}
}

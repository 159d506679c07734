package dev.muster.policy.model;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;

/**
 * Which users of a device.
 *
 * @param ids user ids, 0 or greater; empty means all users
 */
public record UserSelector(NavigableSet<Integer> ids) {
    public static final UserSelector ALL = new UserSelector(Names.sorted(Set.of()));

    public UserSelector {
        ids = Names.sorted(ids);
    }

    public static UserSelector of(Collection<Integer> ids) {
        return new UserSelector(Names.sorted(ids));
    }

    public boolean matches(int user) {
        return ids.isEmpty() || ids.contains(user);
    }
}

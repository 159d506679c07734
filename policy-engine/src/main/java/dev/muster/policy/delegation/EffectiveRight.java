package dev.muster.policy.delegation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the blocks of a chain leave of its root, for people: what all of them hand on. The root limits it further, and only
 * a device knows its root.
 *
 * @param permissions empty: nothing
 * @param bundles empty: every app of the root
 * @param devices empty: every device of the root
 * @param conditions in words, all of which must hold
 * @param from the latest begin
 * @param until the earliest end
 * @param depth how many blocks may follow
 * @param isNothing whether the blocks contradict each other
 */
public record EffectiveRight(
        NavigableSet<String> permissions,
        NavigableSet<String> bundles,
        NavigableSet<String> devices,
        List<String> conditions,
        Instant from,
        Instant until,
        int depth,
        boolean isNothing) {
    public EffectiveRight {
        permissions = Collections.unmodifiableNavigableSet(new TreeSet<>(permissions));
        bundles = Collections.unmodifiableNavigableSet(new TreeSet<>(bundles));
        devices = Collections.unmodifiableNavigableSet(new TreeSet<>(devices));
        conditions = List.copyOf(conditions);
    }

    /** Of at least one block. */
    public static EffectiveRight of(List<Delegation> blocks) {
        Delegation first = blocks.getFirst();
        NavigableSet<String> permissions = new TreeSet<>(first.permissions());
        NavigableSet<String> bundles = new TreeSet<>(first.bundles());
        NavigableSet<String> devices = new TreeSet<>(first.devices());
        List<String> conditions = new ArrayList<>();
        Instant from = first.notBefore();
        Instant until = first.notAfter();
        int depth = DelegationChain.MOST_BLOCKS;
        boolean isNothing = false;
        for (Delegation block : blocks) {
            permissions.retainAll(block.permissions());
            isNothing |= !bundles.isEmpty()
                    && !block.bundles().isEmpty()
                    && both(bundles, block.bundles()).isEmpty();
            bundles = bundles.isEmpty()
                    ? new TreeSet<>(block.bundles())
                    : block.bundles().isEmpty() ? bundles : both(bundles, block.bundles());
            NavigableSet<String> named = new TreeSet<>(block.devices());
            if (!devices.isEmpty() && !named.isEmpty()) {
                named.retainAll(devices);
                isNothing |= named.isEmpty();
            }
            devices = named.isEmpty() ? devices : named;
            Optional<String> condition = block.conditionText();
            condition.ifPresent(conditions::add);
            from = from.isAfter(block.notBefore()) ? from : block.notBefore();
            until = until.isBefore(block.notAfter()) ? until : block.notAfter();
            depth = Math.min(Math.max(0, depth - 1), block.depth());
        }
        isNothing |= permissions.isEmpty() || !from.isBefore(until);
        return new EffectiveRight(permissions, bundles, devices, conditions, from, until, depth, isNothing);
    }

    private static NavigableSet<String> both(NavigableSet<String> a, NavigableSet<String> b) {
        NavigableSet<String> both = new TreeSet<>();
        for (String one : a) {
            for (String other : b) {
                if (Narrowing.covers(one, other)) {
                    both.add(other);
                } else if (Narrowing.covers(other, one)) {
                    both.add(one);
                }
            }
        }
        return both;
    }
}

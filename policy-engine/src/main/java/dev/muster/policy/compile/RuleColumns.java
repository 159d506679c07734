package dev.muster.policy.compile;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a policy that are for a device, numbered in the order in which they are asked (bindings, guard rails,
 * capabilities), each with what it does to the columns of an inventory as bits. Not thread-safe.
 */
final class RuleColumns {
    private final List<Binding> bindings;
    private final List<GuardRail> rails;
    private final List<Capability> capabilities;
    private final RuleIndex index;
    private final Pieces pieces;

    /** Per rule the columns that it grants outright; that it grants under a condition; that it limits. */
    private final long[][] plain;

    private final long[][] sometimes;
    private final long[][] limited;

    private final Pieces.@Nullable Said[] grants;
    private final Pieces.@Nullable Said[] denied;
    private final Pieces.@Nullable Said[] outside;

    RuleColumns(PolicySnapshot snapshot, DeviceAttributes device, Inventory inventory) {
        this.bindings = snapshot.bindings().stream()
                .filter(one -> one.devices().matches(device))
                .toList();
        this.rails = snapshot.guardRails().stream()
                .filter(one -> one.devices().matches(device))
                .toList();
        this.capabilities = snapshot.capabilities().stream()
                .filter(one -> Evaluator.isShared(one) && one.devices().matches(device))
                .toList();
        List<RuleIndex.Selected> selected = new ArrayList<>();
        bindings.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        rails.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        capabilities.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        this.index = new RuleIndex(selected);
        this.pieces = new Pieces(snapshot, inventory);
        int count = selected.size();
        this.plain = new long[count][inventory.words()];
        this.sometimes = new long[count][inventory.words()];
        this.limited = new long[count][inventory.words()];
        this.grants = new Pieces.Said[count];
        this.denied = new Pieces.Said[count];
        this.outside = new Pieces.Said[count];
        fill(snapshot, inventory);
    }

    private void fill(PolicySnapshot snapshot, Inventory inventory) {
        Map<String, long[]> always = new HashMap<>();
        Map<String, long[]> conditional = new HashMap<>();
        for (Role role : snapshot.roles()) {
            always.put(role.name(), inventory.bits(role.permissions()));
            long[] bits = new long[inventory.words()];
            role.conditional().forEach(one -> or(bits, inventory.bits(one.permissions())));
            conditional.put(role.name(), bits);
        }
        long[] nothing = new long[inventory.words()];
        int rule = 0;
        for (Binding binding : bindings) {
            boolean outright = binding.when() instanceof Condition.Always;
            for (String role : binding.roles()) {
                or(outright ? plain[rule] : sometimes[rule], always.getOrDefault(role, nothing));
                or(sometimes[rule], conditional.getOrDefault(role, nothing));
            }
            rule++;
        }
        for (GuardRail rail : rails) {
            long[] bits = limited[rule++];
            rail.ceiling().ifPresent(ceiling -> {
                long[] inside = inventory.bits(ceiling);
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = ~inside[i];
                }
            });
            or(bits, inventory.bits(rail.deny()));
        }
        for (Capability capability : capabilities) {
            or(sometimes[rule++], inventory.bits(capability.permissions()));
        }
    }

    private static void or(long[] into, long[] bits) {
        for (int i = 0; i < into.length; i++) {
            into[i] |= bits[i];
        }
    }

    RuleIndex index() {
        return index;
    }

    Pieces pieces() {
        return pieces;
    }

    /** The rules for an app, rising. */
    int[] matching(AppInstance app) {
        BitSet matching = index.matching(app);
        int[] numbers = new int[matching.cardinality()];
        for (int i = 0, rule = -1; i < numbers.length; i++) {
            rule = matching.nextSetBit(rule + 1);
            numbers[i] = rule;
        }
        return numbers;
    }

    /** Whether a rule is a binding. */
    boolean isBinding(int rule) {
        return rule < bindings.size();
    }

    /** Whether any column has to be looked at by itself. */
    boolean looksAtColumns() {
        return isAny(sometimes) || isAny(limited);
    }

    private static boolean isAny(long[][] bits) {
        for (long[] words : bits) {
            for (long word : words) {
                if (word != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The columns of one word that some rules grant outright, whatever else they say. */
    long plain(int[] some, int word) {
        long bits = 0;
        for (int rule : some) {
            bits |= plain[rule][word];
        }
        return bits;
    }

    /** The columns of one word that have to be looked at: limited, or granted under a condition. */
    long touched(int[] some, int word) {
        long bits = 0;
        for (int rule : some) {
            bits |= sometimes[rule][word] | limited[rule][word];
        }
        return bits;
    }

    /** What some rules say about a column, in the order in which they are asked. */
    void look(int[] some, int column, Signatures.Found limits, Signatures.Found given) {
        limits.clear();
        given.clear();
        for (int rule : some) {
            if (isRail(rule)) {
                limits.add(denied(rule).at(column));
            } else {
                given.addOnce(grants(rule).at(column));
            }
        }
        for (int rule : some) {
            if (isRail(rule)) {
                limits.add(outside(rule).at(column));
            }
        }
    }

    private boolean isRail(int rule) {
        return rule >= bindings.size() && rule < bindings.size() + rails.size();
    }

    private Pieces.Said grants(int rule) {
        return said(
                grants,
                rule,
                () -> isBinding(rule)
                        ? pieces.of(bindings.get(rule))
                        : pieces.of(capabilities.get(rule - bindings.size() - rails.size())));
    }

    private Pieces.Said denied(int rule) {
        return said(denied, rule, () -> pieces.denied(rails.get(rule - bindings.size())));
    }

    private Pieces.Said outside(int rule) {
        return said(outside, rule, () -> pieces.outside(rails.get(rule - bindings.size())));
    }

    private static Pieces.Said said(Pieces.@Nullable Said[] known, int rule, Supplier<Pieces.Said> make) {
        Pieces.Said said = known[rule];
        if (said == null) {
            said = make.get();
            known[rule] = said;
        }
        return said;
    }
}

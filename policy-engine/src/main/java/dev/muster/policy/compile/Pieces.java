package dev.muster.policy.compile;

import dev.muster.policy.bundle.Rule;
import dev.muster.policy.compile.Evaluator.Ruling;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What single rules say about single columns of a table, conditions as written. What different rules say about a column
 * under equal conditions has one number, so that apps under different rules share their answers. Not thread-safe.
 */
final class Pieces {
    /** Instead of a piece where a rule says nothing about a column. */
    static final int NONE = -1;

    private final Inventory inventory;
    private final Map<String, Map<String, Condition>> conditionsOfRoles = new HashMap<>();
    private final Map<List<Object>, Integer> numbers = new HashMap<>();
    private final List<List<Ruling>> rulings = new ArrayList<>();
    private int[] columns = new int[64];

    Pieces(PolicySnapshot snapshot, Inventory inventory) {
        this.inventory = inventory;
        for (Role role : snapshot.roles()) {
            conditionsOfRoles.put(role.name(), Evaluator.given(role));
        }
    }

    /** Pieces of one rule by column. */
    static final class Said {
        private final long[] bits;
        private final int[] before;
        private final int[] pieces;

        private Said(long[] bits) {
            this.bits = bits;
            this.before = new int[bits.length];
            int count = 0;
            for (int i = 0; i < bits.length; i++) {
                before[i] = count;
                count += Long.bitCount(bits[i]);
            }
            this.pieces = new int[count];
        }

        /** The piece of a column, or {@link #NONE}. */
        int at(int column) {
            long word = bits[column >>> 6];
            long bit = 1L << column;
            return (word & bit) == 0 ? NONE : pieces[before[column >>> 6] + Long.bitCount(word & (bit - 1))];
        }
    }

    /** What a binding gives. */
    Said of(Binding binding) {
        long[] bits = new long[inventory.words()];
        for (String role : binding.roles()) {
            given(role).keySet().forEach(permission -> set(bits, inventory.column(permission)));
        }
        return said(bits, column -> {
            List<Ruling> grants = new ArrayList<>();
            for (String role : binding.roles()) {
                Condition when = given(role).get(inventory.permissions()[column]);
                if (when != null) {
                    grants.add(new Ruling(
                            Condition.both(binding.when(), when), Reason.ROLE, Rule.binding(binding.name(), role)));
                }
            }
            return grants;
        });
    }

    /** What a capability gives. */
    Said of(Capability capability) {
        Ruling grant = new Ruling(capability.whole(), Reason.CAPABILITY, Rule.capability(capability.name()));
        return said(inventory.bits(capability.permissions()), column -> List.of(grant));
    }

    /** What a guard rail denies by name. */
    Said denied(GuardRail rail) {
        Ruling limit = new Ruling(rail.when(), Reason.GUARD_RAIL, Rule.guardRail(rail.name()));
        return said(inventory.bits(rail.deny()), column -> List.of(limit));
    }

    /** What a guard rail's ceiling does not include. */
    Said outside(GuardRail rail) {
        Ruling limit = new Ruling(rail.when(), Reason.CEILING, Rule.guardRail(rail.name()));
        long[] bits = new long[inventory.words()];
        rail.ceiling().ifPresent(ceiling -> {
            long[] inside = inventory.bits(ceiling);
            for (int column = 0; column < inventory.permissions().length; column++) {
                if ((inside[column >>> 6] >>> column & 1) == 0) {
                    set(bits, column);
                }
            }
        });
        return said(bits, column -> List.of(limit));
    }

    /** Number of pieces. */
    int size() {
        return rulings.size();
    }

    /** What a piece says; of rules with other names that say the same, the first. */
    List<Ruling> rulings(int piece) {
        return rulings.get(piece);
    }

    int column(int piece) {
        return columns[piece];
    }

    private Map<String, Condition> given(String role) {
        return conditionsOfRoles.getOrDefault(role, Map.of());
    }

    private static void set(long[] bits, int column) {
        if (column >= 0) {
            bits[column >>> 6] |= 1L << column;
        }
    }

    private Said said(long[] bits, java.util.function.IntFunction<List<Ruling>> rulingsOf) {
        Said said = new Said(bits);
        int at = 0;
        for (int i = 0; i < bits.length; i++) {
            for (long left = bits[i]; left != 0; left &= left - 1) {
                int column = (i << 6) + Long.numberOfTrailingZeros(left);
                said.pieces[at++] = number(column, rulingsOf.apply(column));
            }
        }
        return said;
    }

    private int number(int column, List<Ruling> said) {
        List<Object> key = new ArrayList<>();
        key.add(column);
        for (Ruling ruling : said) {
            key.add(ruling.reason());
            key.add(ruling.when());
        }
        return numbers.computeIfAbsent(key, absent -> {
            int number = rulings.size();
            rulings.add(said);
            columns = number < columns.length ? columns : Arrays.copyOf(columns, number * 2);
            columns[number] = column;
            return number;
        });
    }
}

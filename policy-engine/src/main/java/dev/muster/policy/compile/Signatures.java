package dev.muster.policy.compile;

import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.compile.Evaluator.Findings;
import dev.muster.policy.compile.Evaluator.Ruling;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Numbers for all that rules together say about a column: the pieces of guard rails and grants in the order in which they
 * are asked. Each is lowered into a chain once, however many apps it is for. Not thread-safe.
 */
final class Signatures {
    private final Pieces pieces;
    private final Map<List<Integer>, Integer> numbers = new HashMap<>();
    private final List<int[]> limits = new ArrayList<>();
    private final List<int[]> grants = new ArrayList<>();
    private final List<Reason> otherwise = new ArrayList<>();
    private int[] counts = new int[64];

    /** By piece the signature that is this grant alone, plus 1; 0 where there is none yet. */
    private int[] alone = new int[64];

    Signatures(Pieces pieces) {
        this.pieces = pieces;
    }

    /** A growing list of pieces. */
    static final class Found {
        private int[] values = new int[16];
        private int size;

        void clear() {
            size = 0;
        }

        void add(int piece) {
            if (piece != Pieces.NONE) {
                values = size < values.length ? values : Arrays.copyOf(values, size * 2);
                values[size++] = piece;
            }
        }

        /** The same for a grant: one that is there already decides nothing more, and {@link Chains} leaves it out too. */
        void addOnce(int piece) {
            for (int i = 0; i < size; i++) {
                if (values[i] == piece) {
                    return;
                }
            }
            add(piece);
        }
    }

    /** The number of what limits and grants say together, counted. Does not allocate for one grant known before. */
    int number(Found limit, Found grant, Reason none) {
        int number;
        if (limit.size == 0 && grant.size == 1) {
            int piece = grant.values[0];
            alone = piece < alone.length ? alone : Arrays.copyOf(alone, Math.max(piece + 1, alone.length * 2));
            if (alone[piece] == 0) {
                alone[piece] = make(limit, grant, none) + 1;
            }
            number = alone[piece] - 1;
        } else {
            List<Integer> key = new ArrayList<>(limit.size + grant.size + 1);
            for (int i = 0; i < limit.size; i++) {
                key.add(limit.values[i]);
            }
            key.add(grant.size == 0 ? -2 - none.number() : -1);
            for (int i = 0; i < grant.size; i++) {
                key.add(grant.values[i]);
            }
            Integer known = numbers.get(key);
            number = known != null ? known : make(limit, grant, none);
            numbers.put(key, number);
        }
        counts[number]++;
        return number;
    }

    private int make(Found limit, Found grant, Reason none) {
        int number = limits.size();
        limits.add(Arrays.copyOf(limit.values, limit.size));
        grants.add(Arrays.copyOf(grant.values, grant.size));
        otherwise.add(none);
        counts = number < counts.length ? counts : Arrays.copyOf(counts, number * 2);
        return number;
    }

    int size() {
        return limits.size();
    }

    int count(int number) {
        return counts[number];
    }

    int column(int number) {
        return pieces.column(limits.get(number).length > 0 ? limits.get(number)[0] : grants.get(number)[0]);
    }

    /** All conditions that any signature asks for. */
    void conditions(Consumer<Condition> to) {
        boolean[] seen = new boolean[pieces.size()];
        for (int i = 0; i < size(); i++) {
            conditions(limits.get(i), seen, to);
            conditions(grants.get(i), seen, to);
        }
    }

    private void conditions(int[] some, boolean[] seen, Consumer<Condition> to) {
        for (int piece : some) {
            if (!seen[piece]) {
                seen[piece] = true;
                pieces.rulings(piece).stream()
                        .map(Ruling::when)
                        .filter(when -> !(when instanceof Condition.Always))
                        .forEach(to);
            }
        }
    }

    /** The shape of every signature. */
    int[] shapes(Chains chains, Shapes.Builder builder) {
        int[] shapes = new int[size()];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = builder.add(chains.of(
                    new Findings(rulings(limits.get(i)), rulings(grants.get(i)), otherwise.get(i), Optional.empty())));
        }
        return shapes;
    }

    private List<Ruling> rulings(int[] some) {
        if (some.length == 1) {
            return pieces.rulings(some[0]);
        }
        List<Ruling> all = new ArrayList<>();
        for (int piece : some) {
            all.addAll(pieces.rulings(piece));
        }
        return all;
    }
}

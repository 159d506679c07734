package dev.muster.policy.bundle;

import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chains without the names of their rules: what differs in names only has one shape. Conditions lie packed in one array.
 * Immutable and thread-safe.
 */
public final class Shapes {
    /** "Granted by a role without a condition", the shape that two bits stand for everywhere. */
    public static final int ROLE = 0;

    private final int[] firstStep;
    private final int[] conditions;
    private final char[] codes;
    private final List<Terms> terms;
    private final int[] firstWord;
    private final long[] words;

    private Shapes(Builder builder) {
        firstStep = new int[builder.shapes.size() + 1];
        List<Integer> flatConditions = new ArrayList<>();
        StringBuilder flatCodes = new StringBuilder();
        for (int i = 0; i < builder.shapes.size(); i++) {
            firstStep[i] = flatConditions.size();
            for (int step : builder.shapes.get(i)) {
                flatConditions.add(step >>> 16);
                flatCodes.append((char) step);
            }
        }
        firstStep[builder.shapes.size()] = flatConditions.size();
        conditions = flatConditions.stream().mapToInt(Integer::intValue).toArray();
        codes = flatCodes.toString().toCharArray();
        terms = List.copyOf(builder.terms.keySet().stream()
                .sorted((a, b) -> Integer.compare(builder.number(a), builder.number(b)))
                .toList());
        firstWord = new int[terms.size() + 1];
        for (int i = 0; i < terms.size(); i++) {
            firstWord[i + 1] = firstWord[i] + terms.get(i).size() * Terms.WORDS;
        }
        words = new long[firstWord[terms.size()]];
        for (int i = 0; i < terms.size(); i++) {
            System.arraycopy(terms.get(i).words(), 0, words, firstWord[i], firstWord[i + 1] - firstWord[i]);
        }
    }

    /** Collects distinct shapes. Not thread-safe. */
    public static final class Builder {
        private final Map<List<Integer>, Integer> numbers = new HashMap<>();
        private final List<List<Integer>> shapes = new ArrayList<>();
        private final Map<Terms, Integer> terms = new HashMap<>();

        public Builder() {
            terms.put(Terms.ALWAYS, 0);
            add(Chain.of(Reason.ROLE, java.util.Optional.empty(), java.util.Optional.empty()));
        }

        /** The number of a chain's shape. */
        public int add(Chain chain) {
            List<Integer> steps = new ArrayList<>();
            for (int i = 0; i < chain.steps().size(); i++) {
                Chain.Step step = chain.steps().get(i);
                // The rule of "condition" is the first grant's: describing finds it without a step.
                steps.add((condition(step.when()) << 16) | Decision.code(step.reason(), i));
            }
            return numbers.computeIfAbsent(steps, absent -> {
                shapes.add(List.copyOf(steps));
                return shapes.size() - 1;
            });
        }

        private int condition(Terms when) {
            int number = terms.computeIfAbsent(when, absent -> terms.size());
            if (number > 0x7FFF) {
                throw new BundleTooLarge("different conditions", 0x7FFF, number);
            }
            return number;
        }

        private int number(Terms when) {
            return terms.getOrDefault(when, 0);
        }

        public Shapes build() {
            return new Shapes(this);
        }
    }

    /** Number of shapes. */
    public int size() {
        return firstStep.length - 1;
    }

    /** The code of the first step that holds. Does not allocate. */
    int judge(int shape, DecisionContext context) {
        int step = firstStep[shape];
        int last = firstStep[shape + 1] - 1;
        while (step < last) {
            int condition = conditions[step];
            if (Terms.holds(words, firstWord[condition], firstWord[condition + 1], context)) {
                break;
            }
            step++;
        }
        return codes[step];
    }

    /** Whether the answer depends on the moment. */
    public boolean isConditional(int shape) {
        return firstStep[shape + 1] - firstStep[shape] > 1;
    }

    /** Steps with their condition and code, for comparison with shapes of other tables. */
    public List<Step> steps(int shape) {
        List<Step> steps = new ArrayList<>();
        for (int i = firstStep[shape]; i < firstStep[shape + 1]; i++) {
            steps.add(new Step(terms.get(conditions[i]), Reason.of(codes[i] & 0xFF)));
        }
        return steps;
    }

    /** A step without its rule. */
    public record Step(Terms when, Reason reason) {}

    /** Words of one entry of {@link #pack}. */
    static final int PACKED = 4;

    private static final long CLAUSE_UNUSED = 1L << 29;

    /** Whether a shape fits into {@link #PACKED} words: at most one condition of one term, without instants. */
    public boolean isPackable(int shape) {
        int steps = firstStep[shape + 1] - firstStep[shape];
        if (steps != 2) {
            return steps == 1;
        }
        Terms when = terms.get(conditions[firstStep[shape]]);
        long[] term = when.words();
        return term.length == Terms.WORDS
                && term[1] == Terms.ALWAYS.words()[1]
                && term[2] == Terms.ALWAYS.words()[2]
                && term[6] == 0
                && term[7] == 0;
    }

    /**
     * The shape in four words: time as in {@link Terms} with the codes for "holds" (bits 32-47) and "fails" (48-63); facts
     * looked at; how they must be; facts of which one must hold.
     */
    long[] pack(int shape) {
        int first = firstStep[shape];
        int last = firstStep[shape + 1] - 1;
        long[] term = first == last
                ? new long[Terms.WORDS]
                : terms.get(conditions[first]).words();
        // A constant answers the same either way, so its term may fail.
        long time = term[0] & 0x1FFF_FFFF;
        return new long[] {
            time | (term[5] == 0 ? CLAUSE_UNUSED : 0) | ((long) codes[first] << 32) | ((long) codes[last] << 48),
            term[3] | term[4],
            term[3],
            term[5]
        };
    }

    /** The code of a packed shape. No branch depends on the data. */
    static int judgePacked(long[] packed, int at, DecisionContext context) {
        long time = packed[at];
        long facts = context.facts();
        long minute = context.minute();
        long wrong = (facts ^ packed[at + 2]) & packed[at + 1];
        long one = (packed[at + 3] & facts) | (time & CLAUSE_UNUSED);
        long fail = (minute - (time & 0x7FF))
                | ((time >>> 11 & 0x7FF) - 1 - minute)
                | ((time >>> 22 & context.weekday() & 0x7F) - 1)
                | -wrong
                | wrong
                | ~(one | -one);
        return (int) (time >>> (32 + (16 & (int) (fail >> 63)))) & 0xFFFF;
    }

    @Override
    public String toString() {
        return Arrays.toString(firstStep);
    }
}

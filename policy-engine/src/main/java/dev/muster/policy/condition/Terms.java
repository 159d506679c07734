package dev.muster.policy.condition;

import dev.muster.policy.decision.DecisionContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A condition in the form that decides: at most {@link #MAX} conjunctions, of which one must hold. Facts are numbered by a
 * {@link FactTable}. Immutable; equal words mean equal conditions over equal fact tables.
 *
 * <p>Eight words a term, so that judging one reads one line of the cache:
 *
 * <pre>
 * 0  bits 0-10 first minute, 11-21 first minute after, 22-28 weekdays, 29-31 set where clause 1 to 3 is not used
 * 1  first second    2  first second after
 * 3  facts that must hold    4  facts that must not    5-7  of each of these one must hold
 * </pre>
 */
public final class Terms implements Lowered {
    /** Terms a condition has at most. */
    public static final int MAX = 64;

    /** Words of a packed term. */
    public static final int WORDS = 8;

    /** Holds always, also where nothing is known about the moment. */
    public static final Terms ALWAYS = new Terms(List.of(Term.ALWAYS));

    /** Holds never. */
    public static final Terms NEVER = new Terms(List.of());

    /** Pieces an exact comparison may break into before it gives up. */
    private static final int MOST_PIECES = 4096;

    private static final int HI_SHIFT = 11;
    private static final int DAYS_SHIFT = 22;
    private static final int UNUSED_SHIFT = 29;

    private final long[] words;

    private Terms(long[] words) {
        this.words = words;
    }

    Terms(List<Term> canonical) {
        words = new long[canonical.size() * WORDS];
        for (int i = 0; i < canonical.size(); i++) {
            pack(canonical.get(i), words, i * WORDS);
        }
    }

    /** Terms from words that {@link #words} gave; nothing is checked. */
    public static Terms ofWords(long[] words) {
        return new Terms(words.clone());
    }

    /** The canonical union of terms, or why there are too many. */
    static Lowered of(List<Term> union) {
        List<Term> terms = Simplifier.simplify(union);
        return terms.size() > MAX
                ? new TooComplex(
                        "condition: at most " + MAX + " alternatives after expansion expected, found " + terms.size())
                : new Terms(terms);
    }

    static void pack(Term term, long[] into, int at) {
        long unused = (0b111L << term.any().size()) & 0b111;
        into[at] = term.lo()
                | ((long) term.hi() << HI_SHIFT)
                | ((long) term.days() << DAYS_SHIFT)
                | (unused << UNUSED_SHIFT);
        into[at + 1] = term.from();
        into[at + 2] = term.until();
        into[at + 3] = term.all();
        into[at + 4] = term.none();
        for (int i = 0; i < Term.CLAUSES; i++) {
            into[at + 5 + i] = i < term.any().size() ? term.any().get(i) : 0;
        }
    }

    List<Term> unpack() {
        List<Term> terms = new ArrayList<>();
        for (int at = 0; at < words.length; at += WORDS) {
            List<Long> any = new ArrayList<>();
            for (int i = 0; i < Term.CLAUSES; i++) {
                if (words[at + 5 + i] != 0) {
                    any.add(words[at + 5 + i]);
                }
            }
            terms.add(new Term(
                    (int) words[at] & 0x7FF,
                    (int) (words[at] >>> HI_SHIFT) & 0x7FF,
                    (int) (words[at] >>> DAYS_SHIFT) & 0x7F,
                    words[at + 1],
                    words[at + 2],
                    words[at + 3],
                    words[at + 4],
                    List.copyOf(any)));
        }
        return terms;
    }

    /** Number of terms. */
    public int size() {
        return words.length / WORDS;
    }

    /** A copy of the packed words. */
    public long[] words() {
        return words.clone();
    }

    public boolean isAlways() {
        return equals(ALWAYS);
    }

    public boolean isNever() {
        return words.length == 0;
    }

    /** Whether it holds at a moment told in the numbering of the same fact table. Does not allocate. */
    public boolean holds(DecisionContext context) {
        return isAlways() || holds(words, 0, words.length, context);
    }

    /** The same on words that lie among others, from {@code first} to before {@code end}. Does not allocate. */
    public static boolean holds(long[] words, int first, int end, DecisionContext context) {
        for (int at = first; at < end; at += WORDS) {
            if (termHolds(words, at, context)) {
                return true;
            }
        }
        return false;
    }

    // No branch depends on the data: each part leaves a sign bit where it fails.
    private static boolean termHolds(long[] words, int at, DecisionContext context) {
        long time = words[at];
        long facts = context.facts();
        long minute = context.minute();
        long second = context.epochSecond();
        long wrong = (words[at + 3] & ~facts) | (words[at + 4] & facts);
        long fail = (minute - (time & 0x7FF))
                | (((time >>> HI_SHIFT) & 0x7FF) - 1 - minute)
                | (((time >>> DAYS_SHIFT) & context.weekday()) - 1)
                | (second - words[at + 1])
                | (words[at + 2] - 1 - second)
                | -wrong
                | wrong
                | ~notZero((words[at + 5] & facts) | ((time >>> UNUSED_SHIFT) & 1))
                | ~notZero((words[at + 6] & facts) | ((time >>> (UNUSED_SHIFT + 1)) & 1))
                | ~notZero((words[at + 7] & facts) | ((time >>> (UNUSED_SHIFT + 2)) & 1));
        return fail >= 0;
    }

    /** Sign bit set unless zero. */
    private static long notZero(long bits) {
        return bits | -bits;
    }

    /** Both hold. */
    public Lowered and(Terms other) {
        List<Term> both = new ArrayList<>();
        for (Term a : unpack()) {
            for (Term b : other.unpack()) {
                both.addAll(a.and(b));
            }
        }
        return of(both);
    }

    /** One of the two holds. */
    public Lowered or(Terms other) {
        List<Term> either = new ArrayList<>(unpack());
        either.addAll(other.unpack());
        return of(either);
    }

    /**
     * Whether the other holds wherever this does: this narrows it. Exact, but for pairs so tangled that the comparison is
     * given up, which counts as no.
     */
    public boolean implies(Terms other) {
        if (equals(other)) {
            return true;
        }
        List<Term> left = unpack();
        for (Term term : other.unpack()) {
            List<Term> next = new ArrayList<>();
            for (Term piece : left) {
                next.addAll(piece.minus(term));
                if (next.size() > MOST_PIECES) {
                    return false;
                }
            }
            left = next;
        }
        return left.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Terms that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return unpack().toString();
    }
}

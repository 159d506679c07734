package dev.muster.benchmarks.policy;

/** Walks the questions round and round. */
final class Cursor {
    private Cursor() {}

    /** What to mask a counter with; the number of questions must be a power of two. */
    static int mask(int questions) {
        if (Integer.bitCount(questions) != 1) {
            throw new IllegalArgumentException("number of questions: a power of two expected, found " + questions);
        }
        return questions - 1;
    }
}

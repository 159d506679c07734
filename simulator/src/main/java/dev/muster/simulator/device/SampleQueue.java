package dev.muster.simulator.device;

/**
 * Telemetry that is not acknowledged yet: only number and time of each, because its values follow from them. Bounded; the oldest go
 * first. A new session begins again after the last that was acknowledged, as an agent does. One thread.
 */
final class SampleQueue {
    private static final int FIRST = 4;
    private static final int MOST = 64;

    private long[] millis = new long[FIRST];
    private long low = 1;
    private long next = 1;
    private long cursor = 1;

    /** Adds one; true if another had to go for it. */
    boolean add(long atMillis) {
        boolean full = next - low == MOST;
        if (full) {
            low++;
            cursor = Math.max(cursor, low);
        } else if (next - low == millis.length) {
            long[] wider = new long[millis.length * 2];
            for (long seq = low; seq < next; seq++) {
                wider[(int) (seq % wider.length)] = at(seq);
            }
            millis = wider;
        }
        millis[(int) (next++ % millis.length)] = atMillis;
        return full;
    }

    /** Begins again with what is not acknowledged. */
    void rewind() {
        cursor = low;
    }

    /** The next to send; 0 where there is none, or {@code window} are under way. */
    long take(int window) {
        return cursor < next && cursor - low < window ? cursor++ : 0;
    }

    /** The time of one that is not acknowledged. */
    long at(long seq) {
        return millis[(int) (seq % millis.length)];
    }

    /** It and all before it are acknowledged. */
    void acknowledged(long seq) {
        if (seq >= low && seq < next) {
            low = seq + 1;
            cursor = Math.max(cursor, low);
        }
    }

    /** The last that was acknowledged, or had to go. */
    long last() {
        return low - 1;
    }

    /** How many are not acknowledged. */
    int waiting() {
        return (int) (next - low);
    }
}

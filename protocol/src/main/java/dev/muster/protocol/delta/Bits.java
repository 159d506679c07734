package dev.muster.protocol.delta;

/** Takes or gives bits that a model expects more or less: one model serves whoever writes and whoever reads. */
@FunctionalInterface
public interface Bits {
    /** {@code probability} of a one out of this. */
    int WHOLE = 1 << 16;

    /**
     * Codes a bit.
     *
     * @param probability that it is a one, from 1 to {@link #WHOLE} - 1
     * @param bit what a writer is to write; a reader ignores it
     * @return the bit
     */
    int code(int probability, int bit);
}

package dev.muster.protocol.audit;

import java.util.Locale;

/**
 * Something that is not as it was sealed.
 *
 * @param position in the chain, 0 if it has none
 * @param row id of the row, 0 if nothing tells it
 * @param text what is wrong, for people
 */
public record Finding(Kind kind, long position, long row, String text) {
    /** In which way. */
    public enum Kind {
        /** The row, or the seal on it, is not the one that was sealed. */
        ALTERED,
        /** The row, or seals, are gone. */
        REMOVED,
        /** The seal stands at another position than it was made for. */
        REORDERED,
        /** Nobody sealed the row in time. */
        UNSEALED,
        /** The row claims a time well before rows that were sealed before it. */
        BACKDATED,
        /** Seals are in themselves in order and yet not those that were there before. */
        REWRITTEN;

        /** The word on the wire. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

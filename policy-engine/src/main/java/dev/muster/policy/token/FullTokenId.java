package dev.muster.policy.token;

/**
 * OpenHarmony's 64-bit AccessTokenIDEx: the id in the low word, attributes in the high one. A caller passes it so that
 * what it is can be told without a look-up.
 *
 * @param value all 64 bits
 */
public record FullTokenId(long value) {
    /** A system application. */
    public static final int SYSTEM_APP = 1;
    /** An atomic service. */
    public static final int ATOMIC_SERVICE = 1 << 1;
    /** Deleted, its id kept. */
    public static final int RESERVED = 1 << 2;
    /** A debug application. */
    public static final int DEBUG_APP = 1 << 3;

    /** An id with its attribute bits. */
    public static FullTokenId of(AccessTokenId id, int attributes) {
        return new FullTokenId(((long) attributes << Integer.SIZE) | Integer.toUnsignedLong(id.value()));
    }

    public AccessTokenId id() {
        return new AccessTokenId((int) value);
    }

    /** The attribute bits, such as {@link #SYSTEM_APP}. */
    public int attributes() {
        return (int) (value >>> Integer.SIZE);
    }

    public boolean isSystemApp() {
        return (attributes() & SYSTEM_APP) != 0;
    }

    public boolean isAtomicService() {
        return (attributes() & ATOMIC_SERVICE) != 0;
    }

    public boolean isReserved() {
        return (attributes() & RESERVED) != 0;
    }

    public boolean isDebugApp() {
        return (attributes() & DEBUG_APP) != 0;
    }
}

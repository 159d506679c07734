package dev.muster.policy.token;

import java.util.Optional;

/**
 * OpenHarmony's 32-bit AccessTokenID. Low bit first: 20 bits unique id, tool flag, 2 reserved, type extension, clone flag,
 * render flag, sandbox (DLP) flag, 2 bits type, 3 bits version (always 1).
 *
 * @param value all 32 bits; 0 is the invalid id
 */
public record AccessTokenId(int value) {
    public static final AccessTokenId INVALID = new AccessTokenId(0);

    /** Greatest unique id: 20 bits. */
    public static final int MAX_UNIQUE = (1 << 20) - 1;

    private static final int TOOL = 1 << 20;
    private static final int TYPE_EXTENSION = 1 << 23;
    private static final int CLONE = 1 << 24;
    private static final int RENDER = 1 << 25;
    private static final int SANDBOX = 1 << 26;
    private static final int TYPE_SHIFT = 27;
    private static final int VERSION_SHIFT = 29;
    private static final int VERSION = 1;

    /** A new id of the present version; {@code unique} is 0 to {@link #MAX_UNIQUE}. */
    public static AccessTokenId of(TokenType type, int unique, boolean clone, boolean sandbox, boolean tool) {
        if (unique < 0 || unique > MAX_UNIQUE) {
            throw new IllegalArgumentException("unique id of 0 to " + MAX_UNIQUE + " expected, found " + unique);
        }
        return new AccessTokenId((VERSION << VERSION_SHIFT)
                | (type.number() << TYPE_SHIFT)
                | (sandbox ? SANDBOX : 0)
                | (clone ? CLONE : 0)
                | (tool ? TOOL : 0)
                | unique);
    }

    /** The plain id of an app. */
    public static AccessTokenId app(int unique) {
        return of(TokenType.HAP, unique, false, false, false);
    }

    /** Reads the decimal form the {@code atm} command prints and takes; empty when it is no 32-bit number. */
    public static Optional<AccessTokenId> parse(String decimal) {
        try {
            return Optional.of(new AccessTokenId(Integer.parseUnsignedInt(decimal)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What the id belongs to; empty for the number 3, which names no type. */
    public Optional<TokenType> type() {
        return TokenType.of((value >>> TYPE_SHIFT) & 3);
    }

    public int version() {
        return value >>> VERSION_SHIFT;
    }

    public int unique() {
        return value & MAX_UNIQUE;
    }

    /** Whether the bit that extends the type is set, as for a "bin" token; {@link #type} does not look at it. */
    public boolean isTypeExtended() {
        return (value & TYPE_EXTENSION) != 0;
    }

    public boolean isClone() {
        return (value & CLONE) != 0;
    }

    public boolean isSandbox() {
        return (value & SANDBOX) != 0;
    }

    public boolean isTool() {
        return (value & TOOL) != 0;
    }

    /** Whether this is the derived id of a render process, which is never stored and never granted anything. */
    public boolean isRender() {
        return (value & RENDER) != 0;
    }

    /** The id a render process of this app carries. */
    public AccessTokenId render() {
        return new AccessTokenId(value | RENDER);
    }

    /** Whether version and type are those of a valid id. */
    public boolean isWellFormed() {
        return version() == VERSION && type().isPresent();
    }

    /** The unsigned decimal form of the {@code atm} command. */
    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}

package dev.muster.policy.token;

import java.util.Optional;

/** What an AccessTokenID belongs to. */
public enum TokenType {
    /** An installed application instance. */
    HAP(0),
    /** A system process. */
    NATIVE(1),
    /** The hdc shell and tools. */
    SHELL(2);

    private final int number;

    TokenType(int number) {
        this.number = number;
    }

    /** The number OpenHarmony uses: 0 to 2. */
    public int number() {
        return number;
    }

    /** The type of a number; empty for any other number. */
    public static Optional<TokenType> of(int number) {
        return switch (number) {
            case 0 -> Optional.of(HAP);
            case 1 -> Optional.of(NATIVE);
            case 2 -> Optional.of(SHELL);
            default -> Optional.empty();
        };
    }
}

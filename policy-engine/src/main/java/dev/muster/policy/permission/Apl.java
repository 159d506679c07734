package dev.muster.policy.permission;

import java.util.Locale;
import java.util.Optional;

/** Ability privilege level of an app or process (ATM: APL). The signed provisioning profile decides it, never the package. */
public enum Apl {
    NORMAL(1),
    SYSTEM_BASIC(2),
    SYSTEM_CORE(3);

    private final int value;

    Apl(int value) {
        this.value = value;
    }

    /** The number OpenHarmony uses: 1 to 3. */
    public int value() {
        return value;
    }

    /** The word OpenHarmony uses, such as {@code system_basic}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an app of this level reaches {@code needed} without an access control list entry. */
    public boolean covers(Apl needed) {
        return value >= needed.value;
    }

    /** The level of a word such as {@code normal}; empty for any other text. */
    public static Optional<Apl> parse(String text) {
        return switch (text) {
            case "normal" -> Optional.of(NORMAL);
            case "system_basic" -> Optional.of(SYSTEM_BASIC);
            case "system_core" -> Optional.of(SYSTEM_CORE);
            default -> Optional.empty();
        };
    }

    /** The level of a number 1 to 3; empty for any other number. */
    public static Optional<Apl> of(int value) {
        return switch (value) {
            case 1 -> Optional.of(NORMAL);
            case 2 -> Optional.of(SYSTEM_BASIC);
            case 3 -> Optional.of(SYSTEM_CORE);
            default -> Optional.empty();
        };
    }
}

package dev.muster.policy.permission;

import java.util.Locale;

/** Who grants a permission. The order is OpenHarmony's: 0, 1, 2. */
public enum GrantMode {
    USER_GRANT,
    SYSTEM_GRANT,
    /** Only the settings application may grant it. */
    MANUAL_SETTINGS;

    /** The word OpenHarmony uses, such as {@code user_grant}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

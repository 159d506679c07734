package dev.muster.control.settings;

import java.util.Locale;
import java.util.Optional;

/** Where settings can be set; a later level wins over an earlier one. */
enum SettingsLevel {
    TENANT,
    SITE,
    GROUP,
    DEVICE;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<SettingsLevel> parse(String text) {
        for (SettingsLevel level : values()) {
            if (level.text().equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}

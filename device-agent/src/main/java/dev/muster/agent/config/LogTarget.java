package dev.muster.agent.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where the agent's own lines go: member {@code agent.log} of the settings. */
public enum LogTarget {
    /** Two bounded files in the state directory, and the process' output. */
    FILE,
    /** systemd's journal alone. */
    JOURNALD,
    /** OpenHarmony's log alone. */
    HILOG,
    /** Nowhere. */
    NONE;

    /** Empty for a word that names none. */
    public static Optional<LogTarget> find(String word) {
        return Arrays.stream(values())
                .filter(target -> target.word().equals(word))
                .findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

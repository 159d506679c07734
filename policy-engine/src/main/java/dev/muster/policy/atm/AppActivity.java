package dev.muster.policy.atm;

import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What an app is doing right now, as far as one-time grants depend on it. */
final class AppActivity {
    private static final String LOCATION_KIND = "LOCATION";
    private static final Set<String> SOUND_KINDS = Set.of("AUDIO", "AUDIO_RECORDING", "VOIP");

    /** Lifecycle as last told; an app that never told is not in the foreground. */
    enum Stage {
        UNKNOWN,
        FOREGROUND,
        BACKGROUND
    }

    /** One-time permissions that end together. */
    enum Group {
        PASTEBOARD,
        LOCATION
    }

    Stage stage = Stage.UNKNOWN;
    boolean widgetVisible;
    final Map<Integer, Set<String>> tasks = new HashMap<>();
    final Map<Group, Instant> deadlines = new EnumMap<>(Group.class);

    boolean isForeground() {
        return stage == Stage.FOREGROUND;
    }

    boolean hasLocationTask() {
        return tasks.values().stream().anyMatch(AppActivity::isLocation);
    }

    boolean hasSoundTask() {
        return tasks.values().stream().anyMatch(kinds -> kinds.stream().anyMatch(SOUND_KINDS::contains));
    }

    static boolean isLocation(Set<String> kinds) {
        return kinds.contains(LOCATION_KIND);
    }

    /** Whether something keeps a group's grants alive although the app is in the background. */
    boolean keeps(Group group) {
        return switch (group) {
            case PASTEBOARD -> widgetVisible;
            case LOCATION -> widgetVisible || hasLocationTask();
        };
    }

    void stop() {
        stage = Stage.UNKNOWN;
        widgetVisible = false;
        tasks.clear();
        deadlines.clear();
    }
}

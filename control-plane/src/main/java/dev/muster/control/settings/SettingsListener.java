package dev.muster.control.settings;

import dev.muster.control.events.EventListener;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Notes what devices tell of their settings. */
@Singleton
final class SettingsListener implements EventListener {
    private static final int MAX_WORD = 256;
    private static final int MAX_WORDS = 32;

    private final SettingsVersionStore versions;

    SettingsListener(SettingsVersionStore versions) {
        this.versions = versions;
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        switch (event.kind()) {
            case "drift.settings" ->
                versions.drifted(handle, device.device(), cut(event.detail().getOrDefault("what", "")), event.at());
            case "settings.applied" ->
                versions.applied(handle, device.device(), words(event.detail().getOrDefault("notHere", "")));
            default -> {}
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(word -> !word.isEmpty())
                .limit(MAX_WORDS)
                .map(SettingsListener::cut)
                .toList();
    }

    private static String cut(String word) {
        return word.substring(0, Math.min(MAX_WORD, word.length()));
    }
}

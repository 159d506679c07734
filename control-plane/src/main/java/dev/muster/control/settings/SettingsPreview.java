package dev.muster.control.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What rolling the draft out would change, counted over devices. Not thread-safe; one call of {@link #add} per kind of
 * device.
 */
final class SettingsPreview {
    private static final int MAX_CHANGES = 200;

    private final Map<Change.Key, Change> changes = new HashMap<>();
    private final Map<String, Long> notHere = new TreeMap<>();
    private final List<Invalid> invalid = new ArrayList<>();
    private long devices;
    private long changedDevices;

    /**
     * One value that devices would get.
     *
     * @param before null: not set
     * @param after null: no longer set
     */
    public record Change(
            String path, @Nullable Object before, @Nullable Object after, long devices) {
        record Key(
                String path,
                @Nullable Object before,
                @Nullable Object after) {}
    }

    /** A member that the platform of so many devices cannot bring about. */
    public record NotHere(String path, long devices) {}

    /** Merged settings that are not valid, on so many devices such as {@code example}. */
    public record Invalid(String example, long devices, String path, String expected, String found) {}

    /**
     * The answer on the wire; at most 200 changes, those of most devices first.
     *
     * @param leftOut selected devices that verify no signed documents, such as hawkBit's clients: they get no settings
     */
    public record Shown(
            long devices,
            long changedDevices,
            long unchangedDevices,
            List<Change> changes,
            boolean more,
            List<NotHere> notHere,
            List<Invalid> invalid,
            long leftOut) {}

    void add(
            SettingsMerge before,
            SettingsMerge after,
            Iterable<String> unable,
            List<SettingsSchema.Mistake> mistakes,
            String example,
            long count) {
        devices += count;
        Map<String, @Nullable Object> old = before.leaves();
        Map<String, @Nullable Object> now = after.leaves();
        boolean changed = false;
        TreeSet<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(now.keySet());
        for (String path : paths) {
            if (!Objects.equals(old.get(path), now.get(path))) {
                changed = true;
                changes.merge(
                        new Change.Key(path, old.get(path), now.get(path)),
                        new Change(path, old.get(path), now.get(path), count),
                        (one, other) -> new Change(path, one.before(), one.after(), one.devices() + other.devices()));
            }
        }
        if (changed) {
            changedDevices += count;
        }
        unable.forEach(path -> notHere.merge(path, count, Long::sum));
        mistakes.forEach(mistake ->
                invalid.add(new Invalid(example, count, mistake.path(), mistake.expected(), mistake.found())));
    }

    Shown shown(long leftOut) {
        List<Change> sorted = changes.values().stream()
                .sorted(Comparator.comparingLong(Change::devices).reversed().thenComparing(Change::path))
                .toList();
        return new Shown(
                devices,
                changedDevices,
                devices - changedDevices,
                sorted.subList(0, Math.min(MAX_CHANGES, sorted.size())),
                sorted.size() > MAX_CHANGES,
                notHere.entrySet().stream()
                        .map(entry -> new NotHere(entry.getKey(), entry.getValue()))
                        .toList(),
                List.copyOf(invalid.subList(0, Math.min(50, invalid.size()))),
                leftOut);
    }
}

package dev.muster.telemetry.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * When to look at a watch again; one entry per key, the earliest time asked for. Who is looked at too early says when again.
 * Confined to one thread.
 */
final class Deadlines {
    private record Entry(long due, String key) {}

    private final PriorityQueue<Entry> queue = new PriorityQueue<>(java.util.Comparator.comparingLong(Entry::due));
    private final Map<String, Long> dues = new HashMap<>();

    void at(long due, String key) {
        Long known = dues.get(key);
        if (known == null || due < known) {
            dues.put(key, due);
            queue.add(new Entry(due, key));
        }
    }

    void forget(String key) {
        dues.remove(key);
    }

    /** The next key whose time has come, which is forgotten; null if there is none. */
    @org.jspecify.annotations.Nullable String next(long now) {
        while (!queue.isEmpty() && queue.peek().due() <= now) {
            Entry entry = queue.remove();
            Long known = dues.get(entry.key());
            if (known != null && known == entry.due()) {
                dues.remove(entry.key());
                return entry.key();
            }
        }
        return null;
    }
}

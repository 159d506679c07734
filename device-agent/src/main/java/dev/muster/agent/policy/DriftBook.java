package dev.muster.agent.policy;

import dev.muster.agent.platform.PermissionEnforcer.Entry;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was found changed by others, and when it may be put right again: at once the first times, then after a pause that
 * doubles. Written to the journal, so that a restart neither forgets nor hurries. One thread.
 */
final class DriftBook {
    /** From this many repeats on it is worth an alert, and the device waits. */
    static final long ALERT_REPEATS = 3;

    /** Quiet for so long, a cell begins anew. */
    static final Duration FORGET = Duration.ofDays(1);

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);
    private static final int MAX_CASES = 1000;

    private final Map<Entry, Case> cases = new TreeMap<>();

    /**
     * One cell's story.
     *
     * @param wanted what the policy decided
     * @param since when it was first found changed
     * @param touched when it was last found changed or put right
     * @param repeats how often it came back after it had been put right, or could not be put right
     * @param next not before this is it put right again
     * @param open whether it is changed now
     */
    record Case(Entry entry, boolean wanted, Instant since, Instant touched, long repeats, Instant next, boolean open) {
        boolean isDue(Instant now) {
            return open && !now.isBefore(next);
        }

        boolean isBackingOff() {
            return open && next.isAfter(touched);
        }
    }

    /** A cell is found changed. Opens a case, or says that it came back; a case that is open stays as it is. */
    Optional<Case> found(Entry entry, boolean wanted, Instant now) {
        Case known = cases.get(entry);
        if (known == null || known.wanted != wanted) {
            if (known == null && cases.size() >= MAX_CASES) {
                return Optional.empty();
            }
            known = new Case(entry, wanted, now, now, 0, now, true);
        } else if (!known.open) {
            long repeats = known.repeats + 1;
            known = new Case(entry, wanted, known.since, now, repeats, now.plus(pause(repeats)), true);
        }
        cases.put(entry, known);
        return Optional.of(known);
    }

    /** It was put right. */
    void restored(Entry entry, Instant now) {
        cases.computeIfPresent(
                entry,
                (key, known) -> known.open
                        ? new Case(key, known.wanted, known.since, now, known.repeats, known.next, false)
                        : known);
    }

    /** It could not be put right; the case is as good as a repeat, but always waits. */
    Optional<Case> failed(Entry entry, Instant now) {
        return Optional.ofNullable(cases.computeIfPresent(entry, (key, known) -> {
            long repeats = known.repeats + 1;
            Instant next = now.plus(pause(Math.max(repeats, ALERT_REPEATS)));
            return new Case(key, known.wanted, known.since, now, repeats, next, true);
        }));
    }

    Optional<Case> find(Entry entry) {
        return Optional.ofNullable(cases.get(entry));
    }

    boolean isOpen(Entry entry, boolean wanted) {
        return find(entry).filter(known -> known.open && known.wanted == wanted).isPresent();
    }

    void clear() {
        cases.clear();
    }

    List<Case> open() {
        return cases.values().stream().filter(Case::open).toList();
    }

    boolean anyDue(Instant now) {
        return cases.values().stream().anyMatch(known -> known.isDue(now));
    }

    /** Forgets what has been quiet for {@link #FORGET}; true if there was such. */
    boolean forget(Instant now) {
        return cases.values().removeIf(known -> !known.open && !now.isBefore(known.touched.plus(FORGET)));
    }

    List<Map<String, Object>> toList() {
        return cases.values().stream().map(DriftBook::toMap).toList();
    }

    static DriftBook from(JsonObject json, String name) {
        DriftBook book = new DriftBook();
        json.objects(name, DriftBook::read).forEach(known -> book.cases.put(known.entry, known));
        return book;
    }

    /** None for the first repeats, then doubling from {@link #FIRST_PAUSE} to {@link #LONGEST_PAUSE}. */
    static Duration pause(long repeats) {
        if (repeats < ALERT_REPEATS) {
            return Duration.ZERO;
        }
        int doublings = (int) Math.min(repeats - ALERT_REPEATS, 10);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private static Map<String, Object> toMap(Case known) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bundle", known.entry.app().bundle());
        map.put("user", known.entry.app().user());
        map.put("instance", known.entry.app().instance());
        map.put("permission", known.entry.permission());
        map.put("wanted", known.wanted);
        map.put("since", known.since.toString());
        map.put("touched", known.touched.toString());
        map.put("repeats", known.repeats);
        map.put("next", known.next.toString());
        map.put("open", known.open);
        return map;
    }

    private static Case read(JsonObject json) {
        AppKey app = new AppKey(json.string("bundle"), (int) json.number("user"), (int) json.number("instance"));
        return new Case(
                new Entry(app, json.string("permission")),
                json.optionalFlag("wanted").orElse(false),
                json.instant("since"),
                json.instant("touched"),
                json.number("repeats"),
                json.instant("next"),
                json.optionalFlag("open").orElse(false));
    }
}

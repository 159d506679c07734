package dev.muster.telemetry.bridge;

import dev.muster.protocol.identity.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bridge knows of its devices: answers of the door, for a while, and who spoke when. Thread-safe.
 *
 * <p>INVARIANT (not for ever): an answer is asked for anew after {@link #KEPT}, so that a device that was suspended, or left the selector,
 * is heard no longer than that.
 */
final class Devices {
    static final Duration KEPT = Duration.ofSeconds(10);
    private static final int MOST = 100_000;
    private static final int MOST_REFUSALS = 20;

    private record Known(DeviceDoor.Verdict verdict, Instant until) {}

    private final Map<String, Known> known = new HashMap<>();
    private final Map<DeviceId, Instant> heard = new HashMap<>();
    private final Map<String, String> refusals = new LinkedHashMap<>();

    /** What the door said lately; empty if it must be asked. */
    synchronized Optional<DeviceDoor.Verdict> verdict(String device, Instant now) {
        return Optional.ofNullable(known.get(device))
                .filter(one -> now.isBefore(one.until()))
                .map(Known::verdict);
    }

    synchronized void learn(String device, DeviceDoor.Verdict verdict, Instant now) {
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(device, new Known(verdict, now.plus(KEPT)));
        refusals.remove(device);
        if (verdict instanceof DeviceDoor.Verdict.Refused(var reason)) {
            refusals.put(device, reason);
            if (refusals.size() > MOST_REFUSALS) {
                refusals.remove(refusals.keySet().iterator().next());
            }
        }
    }

    synchronized Map<String, String> refusals() {
        return Map.copyOf(refusals);
    }

    /** Notes that a device spoke; whether it is news that it is there. */
    synchronized boolean heard(DeviceId device, Instant now) {
        return heard.put(device, now) == null;
    }

    /** It said that it goes. */
    synchronized void forget(DeviceId device) {
        heard.remove(device);
    }

    /** Those who said nothing since then; they count as gone. */
    synchronized List<DeviceId> quietSince(Instant then) {
        List<DeviceId> quiet = new ArrayList<>();
        heard.forEach((device, at) -> {
            if (at.isBefore(then)) {
                quiet.add(device);
            }
        });
        quiet.forEach(heard::remove);
        return quiet;
    }

    /** All who are there; nobody is any more. */
    synchronized Collection<DeviceId> leave() {
        List<DeviceId> all = List.copyOf(heard.keySet());
        heard.clear();
        return all;
    }
}

package dev.muster.telemetry.gateway;

import dev.muster.protocol.kafka.SessionClaim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which sessions this gateway owns. Ownership follows the claims topic alone, in its order: the highest claim of a
 * device wins, whoever wrote it. {@link #observe} runs on the tail thread, the rest on event loops.
 */
final class SessionRegistry {
    private final String instance;
    private final ConcurrentMap<String, DeviceConnection> waiting = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, DeviceConnection> owned = new ConcurrentHashMap<>();
    // Claims of an earlier life of this instance that nobody ended; only until the topic was read to its end.
    private final Map<String, Long> leftovers = new ConcurrentHashMap<>();
    private final Leases leases; // on the tail thread only
    private volatile boolean loaded;

    SessionRegistry(String instance) {
        this.instance = instance;
        this.leases = new Leases(instance);
    }

    int size() {
        return owned.size();
    }

    Optional<DeviceConnection> owner(String key) {
        return Optional.ofNullable(owned.get(key));
    }

    /** The sessions of a tenant's devices. */
    List<DeviceConnection> ofTenant(String tenant) {
        String prefix = tenant + "/";
        return owned.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A CONNECT whose claim is about to be written. */
    void await(String claimId, DeviceConnection connection) {
        waiting.put(claimId, connection);
    }

    /** A claim as read from the topic; its offset is the epoch. */
    void observe(String key, SessionClaim claim, long epoch) {
        leases.claimed(key, claim.gateway(), epoch);
        boolean ours = claim.gateway().equals(instance);
        DeviceConnection mine = ours ? waiting.remove(claim.connection()) : null;
        if (!loaded && mine == null) {
            if (ours) {
                leftovers.put(key, epoch);
            } else {
                leftovers.remove(key);
            }
        }
        DeviceConnection before = mine == null ? owned.remove(key) : owned.put(key, mine);
        if (before != null) {
            before.takenOver();
        }
        if (mine != null) {
            mine.claimed(epoch);
        }
    }

    /** The owner ended its session and said so. */
    void observeEnd(String key) {
        leftovers.remove(key);
        leases.ended(key);
    }

    /** A gateway says that it lives. */
    void observeBeat(String gateway) {
        leases.beat(gateway);
    }

    /** Sessions of gateways that have died since the last call, by key, with their epoch. On the tail thread. */
    Map<String, Long> takeLost() {
        return loaded ? leases.takeLost() : Map.of();
    }

    /** The topic was read to its end: answers the sessions that died with an earlier life, by key, with their epoch. */
    Map<String, Long> markLoaded() {
        loaded = true;
        Map<String, Long> dead = Map.copyOf(leftovers);
        leftovers.clear();
        return dead;
    }

    /**
     * Forgets a connection that is gone.
     *
     * @return whether it still owned the session, so that its end is to be told
     */
    boolean release(String key, String claimId, DeviceConnection connection) {
        waiting.remove(claimId, connection);
        return owned.remove(key, connection);
    }
}

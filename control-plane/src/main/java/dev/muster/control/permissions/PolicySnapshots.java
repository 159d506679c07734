package dev.muster.control.permissions;

import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Published versions, parsed. They never change, so the last few stay in memory. Thread-safe. */
@Singleton
final class PolicySnapshots {
    private static final int KEPT = 16;

    private final PolicyStore store;
    private final PolicyParser parser = new PolicyParser();
    private final Map<Key, PolicySnapshot> known = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, PolicySnapshot> eldest) {
            return size() > KEPT;
        }
    };

    private record Key(TenantId tenant, long version) {}

    PolicySnapshots(PolicyStore store) {
        this.store = store;
    }

    /** The version, which must exist. */
    PolicySnapshot of(Handle handle, TenantId tenant, long version) {
        return find(handle, tenant, version)
                .orElseThrow(() -> new IllegalStateException("no policy version " + version));
    }

    /** The version, if it was ever published. */
    Optional<PolicySnapshot> find(Handle handle, TenantId tenant, long version) {
        Key key = new Key(tenant, version);
        synchronized (known) {
            PolicySnapshot snapshot = known.get(key);
            if (snapshot != null) {
                return Optional.of(snapshot);
            }
        }
        Optional<PolicySnapshot> parsed = store.snapshot(handle, version).map(text -> parse(version, text));
        synchronized (known) {
            parsed.ifPresent(snapshot -> known.put(key, snapshot));
        }
        return parsed;
    }

    private PolicySnapshot parse(long version, String text) {
        return switch (parser.parse(List.of(new PolicySource("version " + version, text)))) {
            case ParseResult.Parsed good -> good.snapshot(version);
            case ParseResult.Invalid bad ->
                throw new IllegalStateException(
                        "policy version " + version + " was published and is not valid any more: "
                                + bad.errors().getFirst());
        };
    }
}

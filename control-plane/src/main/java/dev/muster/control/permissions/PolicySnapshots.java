package dev.muster.control.permissions;

import dev.muster.control.permissions.Overlay.InForce;
import dev.muster.control.permissions.Overlay.Urgent;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Published versions, parsed. They never change, so the last few stay in memory. Thread-safe. */
@Singleton
final class PolicySnapshots {
    private static final int KEPT = 16;

    private final PolicyStore store;
    private final UrgentStore urgents;
    private final PolicyParser parser = new PolicyParser();
    private final Map<Key, PolicySnapshot> known = newest();
    private final Map<String, List<PolicyDocument>> guardRails = newest();

    private record Key(TenantId tenant, long version) {}

    PolicySnapshots(PolicyStore store, UrgentStore urgents) {
        this.store = store;
        this.urgents = urgents;
    }

    /** The version with the urgent changes on top, which is what devices are to hold. It must exist. */
    InForce inForce(Handle handle, TenantId tenant, long version) {
        return Overlay.on(
                published(handle, tenant, version)
                        .orElseThrow(() -> new IllegalStateException("no policy version " + version)),
                urgent(handle));
    }

    /** The same, if the version was ever published. */
    Optional<PolicySnapshot> find(Handle handle, TenantId tenant, long version) {
        return published(handle, tenant, version)
                .map(snapshot -> Overlay.on(snapshot, urgent(handle)).snapshot());
    }

    /** The version as it was published, if it ever was. */
    Optional<PolicySnapshot> published(Handle handle, TenantId tenant, long version) {
        Key key = new Key(tenant, version);
        synchronized (known) {
            PolicySnapshot snapshot = known.get(key);
            if (snapshot != null) {
                return Optional.of(snapshot);
            }
        }
        Optional<PolicySnapshot> parsed = store.snapshot(handle, version)
                .map(text -> PolicySnapshot.of(version, parse("version " + version, text)));
        synchronized (known) {
            parsed.ifPresent(snapshot -> known.put(key, snapshot));
        }
        return parsed;
    }

    /** What lies on top of versions now, read. */
    List<Urgent> urgent(Handle handle) {
        return urgents.all(handle).stream().map(this::urgent).toList();
    }

    /** One of them, read. */
    Urgent urgent(UrgentChange change) {
        return switch (change.kind()) {
            case REVOCATION -> new Urgent.Revoked(change.name());
            case GUARD_RAIL -> {
                List<PolicyDocument> documents = guardRail(change);
                GuardRail rail = documents.stream()
                        .filter(GuardRail.class::isInstance)
                        .map(GuardRail.class::cast)
                        .findFirst()
                        .orElseThrow();
                yield new Urgent.Enforced(
                        rail,
                        byName(documents, Zone.class),
                        byName(documents, Shift.class),
                        Overlay.sha256(change.yaml()),
                        change.absorbedBy());
            }
        };
    }

    private List<PolicyDocument> guardRail(UrgentChange change) {
        synchronized (guardRails) {
            return guardRails.computeIfAbsent(change.yaml(), text -> parse("guard rail `" + change.name() + "`", text));
        }
    }

    private List<PolicyDocument> parse(String source, String text) {
        return switch (parser.parse(List.of(new PolicySource(source, text)))) {
            case ParseResult.Parsed good ->
                good.documents().stream()
                        .map(ParseResult.ParsedDocument::document)
                        .toList();
            case ParseResult.Invalid bad ->
                throw new IllegalStateException(source + " was accepted and is not valid any more: "
                        + bad.errors().getFirst());
        };
    }

    private static <T extends PolicyDocument> Map<String, T> byName(List<PolicyDocument> documents, Class<T> kind) {
        return documents.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .collect(Collectors.toMap(PolicyDocument::name, Function.identity()));
    }

    private static <K, V> Map<K, V> newest() {
        return new LinkedHashMap<>(KEPT, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > KEPT;
            }
        };
    }
}

package dev.muster.agent.policy;

import dev.muster.agent.store.StateStore;
import dev.muster.policy.lease.LeaseState;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link PermissionGuard} must know after a restart: the lease state last told, the digest of the decisions last
 * brought about, and the cases of drift. One thread.
 */
final class GuardJournal {
    private final StateStore store;
    final DriftBook drifts;
    Optional<LeaseState> toldLease = Optional.empty();
    String applied = "";
    private byte @Nullable [] written;

    /** Reads what is there. A document that cannot be read is as good as none: at worst an event is told twice. */
    GuardJournal(StateStore store) throws IOException {
        this.store = store;
        DriftBook book = new DriftBook();
        Optional<byte[]> bytes = store.read();
        if (bytes.isPresent()) {
            try {
                JsonObject json = JsonObject.parse(bytes.get());
                book = DriftBook.from(json, "drifts");
                applied = json.optionalString("applied").orElse("");
                toldLease = json.optionalString("lease").map(LeaseState::valueOf);
                written = bytes.get();
            } catch (ProtocolException | IllegalArgumentException e) {
                book = new DriftBook();
            }
        }
        this.drifts = book;
    }

    /** Makes it durable; costs nothing where nothing changed. */
    void save() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        toldLease.ifPresent(lease -> map.put("lease", lease.name()));
        map.put("applied", applied);
        map.put("drifts", drifts.toList());
        byte[] bytes = JsonObject.write(map);
        if (!Arrays.equals(bytes, written)) {
            store.write(bytes);
            written = bytes;
        }
    }
}

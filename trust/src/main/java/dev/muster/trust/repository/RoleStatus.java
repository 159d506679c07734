package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What people want to know about a role.
 *
 * @param keys ids of the keys that may sign it
 */
public record RoleStatus(String role, long version, Instant expires, int threshold, List<String> keys) {
    static RoleStatus of(String role, Metadata metadata, RoleKeys roleKeys) {
        return new RoleStatus(role, metadata.version(), metadata.expires(), roleKeys.threshold(), roleKeys.keyIds());
    }

    /** Of a whole image repository: the four roles on top, then those that are delegated, in order of priority. */
    static List<RoleStatus> all(
            Root top, Targets targets, Snapshot snapshot, Timestamp timestamp, Map<String, Signed<Targets>> delegated) {
        List<RoleStatus> result = new ArrayList<>();
        result.add(of(Root.TYPE, top, top.role(Root.TYPE)));
        result.add(of(Targets.TYPE, targets, top.role(Targets.TYPE)));
        result.add(of(Snapshot.TYPE, snapshot, top.role(Snapshot.TYPE)));
        result.add(of(Timestamp.TYPE, timestamp, top.role(Timestamp.TYPE)));
        for (DelegatedRole role : targets.delegations().roles()) {
            Signed<Targets> signed = delegated.get(role.name());
            if (signed == null) {
                throw new TrustException.NotFound(role.name(), "the delegations");
            }
            result.add(of(role.name(), signed.metadata(), role.keys()));
        }
        return result;
    }
}

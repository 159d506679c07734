package dev.muster.control.garbage;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactUses;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Who needs which artifact: releases, rollouts, devices now and before, drafts, deltas, and metadata that is signed elsewhere. */
@Singleton
final class UsesStore implements ArtifactUses {
    private final TrustService trust;

    UsesStore(TrustService trust) {
        this.trust = trust;
    }

    @Override
    public Map<String, List<Use>> of(Handle handle, Collection<Artifact> artifacts) {
        Map<String, List<Use>> uses = new TreeMap<>();
        if (artifacts.isEmpty()) {
            return uses;
        }
        String[] hashes = artifacts.stream().map(Artifact::sha256).toArray(String[]::new);
        for (String sql : List.of(RELEASES, ROLLOUTS, DESIRED, EARLIER, DELTAS)) {
            handle.createQuery(sql)
                    .bind("hashes", hashes)
                    .map((rs, context) -> Map.entry(
                            rs.getString("sha256"),
                            new Use(rs.getString("kind"), rs.getString("id"), rs.getString("text"))))
                    .forEach(row -> add(uses, row.getKey(), row.getValue()));
        }
        Map<String, String> drafted = trust.drafted(handle);
        Map<String, String> removing = trust.removing(handle);
        Map<String, String> elsewhere = trust.heldElsewhere(
                handle, tenant(handle), artifacts.stream().map(Artifact::path).toList());
        for (Artifact artifact : artifacts) {
            String draft = drafted.get(artifact.path());
            if (draft != null) {
                add(uses, artifact.sha256(), new Use("draft", draft.split(" ", 2)[0], "open draft " + draft));
            }
            String removal = removing.get(artifact.path());
            if (removal != null) {
                add(
                        uses,
                        artifact.sha256(),
                        new Use(
                                "removal",
                                removal.split(" ", 2)[0],
                                "its removal waits for signatures: draft " + removal));
            }
            String role = elsewhere.get(artifact.path());
            if (role != null) {
                add(
                        uses,
                        artifact.sha256(),
                        new Use("publisher", role, "signed by " + role + ", whose key is not on this server"));
            }
        }
        return uses;
    }

    private static void add(Map<String, List<Use>> uses, String sha256, Use use) {
        uses.computeIfAbsent(sha256, unknown -> new ArrayList<>()).add(use);
    }

    private static TenantId tenant(Handle handle) {
        return new TenantId(handle.createQuery("select current_tenant()")
                .mapTo(String.class)
                .one());
    }

    private static final String RELEASES = """
            select t.sha256, 'release' as kind, cast(r.id as text) as id, 'release ' || r.name || ' ' || r.version as text
              from release_target t join release r on r.id = t.release
             where t.sha256 = any(:hashes) and r.withdrawn_at is null
             order by r.created_at desc, r.id""";

    private static final String ROLLOUTS = """
            select distinct t.sha256, 'rollout' as kind, cast(o.id as text) as id, 'rollout ' || o.name || ' is ' || o.state as text
              from release_target t join rollout o on o.release = t.release
             where t.sha256 = any(:hashes)
               and (o.state in ('ready', 'running', 'paused') or (o.newcomers and o.state = 'completed'))
             order by 1, 4""";

    private static final String DESIRED = """
            select sha256, 'desired' as kind, min(device) as id,
                   case count(*) when 1 then 'to be on ' || min(device) else 'to be on ' || count(*) || ' devices' end as text
              from desired_target
             where sha256 = any(:hashes) and sha256 <> ''
             group by sha256""";

    // What devices had before the rollout that brought what they are to have now. Rows from before hashes were kept are
    // known by version and counter.
    private static final String EARLIER = """
            select sha256, 'earlier' as kind, min(device) as id,
                   case count(*) when 1 then min(device) || ' can go back to it'
                                 else count(*) || ' devices can go back to it' end as text
              from (select b.sha256, b.device
                      from rollout_before b
                      join desired_target t on t.device = b.device and t.name = b.name
                                           and t.source = 'rollout/' || b.rollout
                     where b.sha256 = any(:hashes)
                    union
                    select a.sha256, b.device
                      from artifact a
                      join rollout_before b on b.sha256 is null and b.version = a.version
                                           and b.release_counter = a.release_counter
                                           and b.name = case a.kind when 'app' then 'app/' || a.name else a.kind end
                      join desired_target t on t.device = b.device and t.name = b.name
                                           and t.source = 'rollout/' || b.rollout
                     where a.sha256 = any(:hashes) and b.version <> '') held
             group by sha256""";

    // A delta is as good as what it makes and what it starts from: an image that something needs, or that devices still
    // report.
    private static final String DELTAS = """
            select f.sha256, 'delta' as kind, d.output_sha256 || '/' || d.base_sha256 as id,
                   'delta to ' || o.version || ' from ' || b.version as text
              from delta d
              cross join lateral unnest(array[d.delta_sha256, d.segments_sha256, d.chunks_sha256, d.store_sha256]) as f (sha256)
              join artifact o on o.sha256 = d.output_sha256 and o.collected_at is null and o.unneeded_since is null
              join artifact b on b.sha256 = d.base_sha256
             where f.sha256 = any(:hashes) and d.state = 'done'
               and ((b.collected_at is null and b.unneeded_since is null)
                    or exists (select 1 from device_manifest m where m.manifest -> 'image' ->> 'sha256' = d.base_sha256))
             order by 1, 4""";
}

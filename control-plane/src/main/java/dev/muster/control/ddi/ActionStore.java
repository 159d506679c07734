package dev.muster.control.ddi;

import dev.muster.control.desired.DesiredContent;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code ddi_action}, {@code ddi_target}, {@code ddi_feedback} and {@code ddi_digest}. */
@Singleton
final class ActionStore {
    /** The action if it is one of this device. */
    Optional<DdiAction> find(Handle handle, DeviceId device, int id) {
        return actions(handle, "a.device = :device and a.id = " + id, device, 1).stream()
                .findFirst();
    }

    /** Those not at their end, the oldest first. */
    List<DdiAction> open(Handle handle, DeviceId device) {
        return actions(handle, "a.device = :device and a.ended_at is null", device, Integer.MAX_VALUE);
    }

    /** The newest ones, oldest first among them. */
    List<DdiAction> newest(Handle handle, DeviceId device, int limit) {
        return actions(
                handle,
                "a.device = :device and a.id in (select n.id from ddi_action n where n.device = :device"
                        + " order by n.id desc limit " + limit + ")",
                device,
                limit);
    }

    private static List<DdiAction> actions(Handle handle, String where, DeviceId device, int limit) {
        Map<Integer, List<DdiAction.Target>> targets = new HashMap<>();
        handle.createQuery(
                        "select t.* from ddi_action a join ddi_target t on t.tenant = a.tenant and t.action = a.id where "
                                + where + " order by t.name")
                .bind("device", device)
                .map((rs, context) -> Map.entry(rs.getInt("action"), target(rs)))
                .forEach(row -> targets.computeIfAbsent(row.getKey(), id -> new java.util.ArrayList<>())
                        .add(row.getValue()));
        return handle.createQuery("select a.* from ddi_action a where " + where + " order by a.id limit :limit")
                .bind("device", device)
                .bind("limit", limit)
                .map((rs, context) -> action(rs, targets.getOrDefault(rs.getInt("id"), List.of())))
                .list();
    }

    private static DdiAction action(ResultSet rs, List<DdiAction.Target> targets) throws SQLException {
        return new DdiAction(
                rs.getInt("id"),
                new DeviceId(rs.getString("device")),
                rs.getLong("generation"),
                rs.getString("source"),
                InstallRule.Mode.parse(rs.getString("mode")),
                rs.getBoolean("in_window"),
                ActionState.parse(rs.getString("state")),
                rs.getInt("marker"),
                rs.getInt("entries"),
                rs.getBoolean("ready"),
                rs.getBoolean("held"),
                rs.getObject("made_at", OffsetDateTime.class).toInstant(),
                ClientStore.instant(rs, "retrieved_at"),
                ClientStore.instant(rs, "ended_at"),
                targets);
    }

    private static DdiAction.Target target(ResultSet rs) throws SQLException {
        return new DdiAction.Target(
                rs.getInt("id"),
                TargetName.parse(rs.getString("name")),
                rs.getString("title"),
                rs.getString("version"),
                rs.getString("sha256"),
                rs.getLong("length"),
                rs.getBoolean("delivered"));
    }

    int insert(Handle handle, DeviceId device, long generation, Offers.Create made, ActionState state, Instant now) {
        int id = handle.createQuery("""
                        insert into ddi_action (device, generation, source, mode, in_window, state, made_at)
                        values (:device, :generation, :source, :mode, :window, :state, :now) returning id""")
                .bind("device", device)
                .bind("generation", generation)
                .bind("source", made.source())
                .bind("mode", made.rule().mode().text())
                .bind("window", made.rule().window())
                .bind("state", state.text())
                .bind("now", utc(now))
                .mapTo(Integer.class)
                .one();
        made.targets().forEach((name, content) -> handle.createUpdate("""
                        insert into ddi_target (action, name, title, version, sha256, length)
                        select :action, :name, coalesce((select a.name from artifact a where a.sha256 = :sha256), :name),
                               :version, :sha256, :length""")
                .bind("action", id)
                .bind("name", name.text())
                .bind("version", content.version())
                .bind("sha256", content.sha256())
                .bind("length", content.length())
                .execute());
        return id;
    }

    /** What the tenant has under this name and version, as the targets of an action. */
    Optional<Offers.Create> named(Handle handle, String name, String version) {
        return handle.createQuery("""
                        select sha256, length, kind, name, version, hardware from artifact
                         where name = :name and version = :version and kind in ('image', 'app')
                         order by uploaded_at desc limit 1""")
                .bind("name", name)
                .bind("version", version)
                .map((rs, context) -> {
                    TargetName target = rs.getString("kind").equals("image")
                            ? new TargetName.Image()
                            : new TargetName.App(rs.getString("name"));
                    DesiredContent.Present content = new DesiredContent.Present(
                            rs.getString("sha256"),
                            "",
                            rs.getLong("length"),
                            rs.getString("version"),
                            rs.getString("hardware"),
                            0,
                            Optional.empty(),
                            Optional.empty());
                    return new Offers.Create(
                            "client", InstallRule.NOW, new java.util.TreeMap<>(Map.of(target, content)));
                })
                .findOne();
    }

    void retune(Handle handle, int id, InstallRule rule, long generation, String source) {
        handle.createUpdate("update ddi_action set mode = :mode, in_window = :window, generation = :generation,"
                        + " source = :source, held = false where id = :id")
                .bind("mode", rule.mode().text())
                .bind("window", rule.window())
                .bind("generation", generation)
                .bind("source", source)
                .bind("id", id)
                .execute();
    }

    /** Moves the action; an end keeps its time. */
    void move(Handle handle, int id, ActionState state, boolean offerAgain, Instant now) {
        handle.createUpdate("update ddi_action set state = :state, marker = marker + :again, ended_at = :ended"
                        + " where id = :id")
                .bind("state", state.text())
                .bind("again", offerAgain ? 1 : 0)
                .bind("ended", state.isEnd() ? utc(now) : null)
                .bind("id", id)
                .execute();
    }

    void retrieved(Handle handle, int id, Instant now) {
        handle.createUpdate("update ddi_action set retrieved_at = coalesce(retrieved_at, :now) where id = :id")
                .bind("now", utc(now))
                .bind("id", id)
                .execute();
    }

    void held(Handle handle, int id, boolean held) {
        handle.createUpdate("update ddi_action set held = :held where id = :id")
                .bind("held", held)
                .bind("id", id)
                .execute();
    }

    void delivered(Handle handle, int target) {
        handle.createUpdate("update ddi_target set delivered = true where id = :id and not delivered")
                .bind("id", target)
                .execute();
    }

    void append(Handle handle, int action, DdiAction.Entry entry) {
        handle.createUpdate("insert into ddi_feedback (action, at, status, code, messages)"
                        + " values (:action, :at, :status, :code, :messages)")
                .bind("action", action)
                .bind("at", utc(entry.at()))
                .bind("status", entry.status())
                .bind("code", entry.code().orElse(null))
                .bind("messages", entry.messages().toArray(String[]::new))
                .execute();
        handle.createUpdate("update ddi_action set entries = entries + 1 where id = :id")
                .bind("id", action)
                .execute();
    }

    /** Newest first. */
    List<DdiAction.Entry> entries(Handle handle, int action, int limit) {
        return handle.createQuery("select * from ddi_feedback where action = :action order by id desc limit :limit")
                .bind("action", action)
                .bind("limit", limit)
                .map((rs, context) -> new DdiAction.Entry(
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getString("status"),
                        Optional.ofNullable((Integer) rs.getObject("code")),
                        Arrays.asList((String[]) rs.getArray("messages").getArray())))
                .list();
    }

    /** A software module of this device, with the action it belongs to. */
    Optional<DdiAction> ofModule(Handle handle, DeviceId device, int module) {
        return handle.createQuery("select t.action from ddi_target t join ddi_action a on a.tenant = t.tenant"
                        + " and a.id = t.action where t.id = :module and a.device = :device")
                .bind("module", module)
                .bind("device", device)
                .mapTo(Integer.class)
                .findOne()
                .flatMap(action -> find(handle, device, action));
    }

    Map<String, DdiAction.Digest> digests(Handle handle, List<String> sha256s) {
        Map<String, DdiAction.Digest> digests = new HashMap<>();
        handle.createQuery("select * from ddi_digest where sha256 = any(:hashes)")
                .bind("hashes", sha256s.toArray(String[]::new))
                .map((rs, context) -> Map.entry(
                        rs.getString("sha256"),
                        new DdiAction.Digest(rs.getString("sha1"), rs.getString("md5"), rs.getString("suffix"))))
                .forEach(row -> digests.put(row.getKey(), row.getValue()));
        return digests;
    }

    /** When the bytes first came; empty if nothing of the tenant has this hash any more. */
    Optional<Instant> uploadedAt(Handle handle, String sha256) {
        return handle.createQuery(
                        "select uploaded_at from artifact where sha256 = :sha256 order by uploaded_at limit 1")
                .bind("sha256", sha256)
                .map((rs, context) ->
                        rs.getObject("uploaded_at", OffsetDateTime.class).toInstant())
                .findFirst();
    }

    void digest(Handle handle, String sha256, DdiAction.Digest digest) {
        handle.createUpdate("insert into ddi_digest (sha256, sha1, md5, suffix) values (:sha256, :sha1, :md5, :suffix)"
                        + " on conflict do nothing")
                .bind("sha256", sha256)
                .bind("sha1", digest.sha1())
                .bind("md5", digest.md5())
                .bind("suffix", digest.suffix())
                .execute();
    }

    /** Offers the action if the digests of all its targets are known. */
    boolean ready(Handle handle, int action) {
        return handle.createUpdate("""
                        update ddi_action set ready = true where id = :id and not exists (
                            select 1 from ddi_target t where t.action = :id
                               and not exists (select 1 from ddi_digest d where d.sha256 = t.sha256))""").bind("id", action).execute() == 1;
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}

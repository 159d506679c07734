package dev.muster.control.alerts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Rows of {@code alert_rule}. */
@Singleton
final class RuleStore {
    /** All, by name; devices and alerts count as far as they are in scope. */
    List<StoredRule> all(Handle handle, Scope scope) {
        return select(handle, scope, "", Map.of()).toList();
    }

    Optional<StoredRule> find(Handle handle, Scope scope, String name) {
        return select(handle, scope, "where r.name = :name", Map.of("name", name))
                .findFirst();
    }

    private static java.util.stream.Stream<StoredRule> select(
            Handle handle, Scope scope, String where, Map<String, ?> binds) {
        SqlFragment allowed = scope.where("d");
        String visible = "exists (select 1 from device d where d.id = x.device and " + allowed.sql() + ")";
        return handle
                .createQuery("select r.*, name_of_actor(r.changed_by, r.changed_at) as changed_by_name,"
                        + " (select count(*) from alert_watched x where r.name = any(x.rules) and " + visible
                        + ") as devices,"
                        + " (select count(*) from alert x where x.rule = r.name and x.state <> 'resolved' and "
                        + visible + ") as open from alert_rule r " + where + " order by r.name")
                .bindMap(allowed.binds())
                .bindMap(binds)
                .map((rs, context) -> read(rs))
                .list()
                .stream();
    }

    /** The revision in force, nobody else changes it until the transaction ends; empty for none. */
    Optional<Long> lock(Handle handle, String name) {
        return handle.createQuery("select revision from alert_rule where name = :name for update")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    int count(Handle handle) {
        return handle.createQuery("select count(*) from alert_rule")
                .mapTo(Integer.class)
                .one();
    }

    void put(Handle handle, RuleText rule, long revision, String by, Instant now) {
        handle.createUpdate("""
                        insert into alert_rule (name, revision, kind, severity, selector, fields, labels, summary, description,
                                                yaml, changed_at, changed_by)
                        values (:name, :revision, :kind, :severity, :selector, :fields, cast(:labels as jsonb), :summary,
                                :description, :yaml, :now, :by)
                        on conflict (tenant, name) do update
                           set revision = excluded.revision, kind = excluded.kind, severity = excluded.severity,
                               selector = excluded.selector, fields = excluded.fields, labels = excluded.labels,
                               summary = excluded.summary, description = excluded.description, yaml = excluded.yaml,
                               changed_at = excluded.changed_at, changed_by = excluded.changed_by""")
                .bind("name", rule.document().name())
                .bind("revision", revision)
                .bind("kind", rule.condition().kind())
                .bind("severity", rule.document().severity())
                .bind("selector", rule.selector().text())
                .bind("fields", rule.selector().fields().toArray(String[]::new))
                .bind("labels", new String(JsonObject.write(rule.document().labels()), StandardCharsets.UTF_8))
                .bind("summary", rule.document().summary())
                .bind("description", rule.document().description())
                .bind("yaml", rule.document().yaml())
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .bind("by", by)
                .execute();
    }

    /** How many devices in scope a selector selects. */
    long selected(Handle handle, Scope scope, Selector selector) {
        SqlFragment allowed = scope.where("d");
        SqlFragment holds = selector.where("d", "r_");
        return handle.createQuery("select count(*) from device d where d.status <> 'retired' and " + allowed.sql()
                        + " and " + holds.sql())
                .bindMap(allowed.binds())
                .bindMap(holds.binds())
                .mapTo(Long.class)
                .one();
    }

    /** All of them; answers their names. */
    List<String> deleteAll(Handle handle) {
        return handle.createQuery("delete from alert_rule returning name")
                .mapTo(String.class)
                .list();
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from alert_rule where name = :name")
                .bind("name", name)
                .execute();
    }

    /** The selectors of the rules that ask for one of the fields, by the rule's name. */
    Map<String, String> asking(Handle handle, Collection<String> fields) {
        return handle.createQuery("select name, selector from alert_rule where fields && cast(:fields as text[])")
                .bind("fields", fields.toArray(String[]::new))
                .map((rs, context) -> Map.entry(rs.getString("name"), rs.getString("selector")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The selectors of all rules, by name. */
    Map<String, String> selectors(Handle handle) {
        return handle.createQuery("select name, selector from alert_rule")
                .map((rs, context) -> Map.entry(rs.getString("name"), rs.getString("selector")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static Map<String, String> labels(String json) {
        return JsonObject.parse(("{\"labels\":" + json + "}").getBytes(StandardCharsets.UTF_8))
                .stringMap("labels");
    }

    private static StoredRule read(ResultSet rs) throws SQLException {
        return new StoredRule(
                rs.getString("name"),
                rs.getLong("revision"),
                rs.getString("kind"),
                rs.getString("severity"),
                rs.getString("selector"),
                labels(rs.getString("labels")),
                rs.getString("summary"),
                rs.getString("description"),
                rs.getString("yaml"),
                rs.getLong("devices"),
                rs.getLong("open"),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant(),
                rs.getString("changed_by"),
                rs.getString("changed_by_name"));
    }
}

package dev.muster.control.sparkplug;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.kafka.SparkplugNode;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code sparkplug_node}. People come through {@code DeviceService.require}. */
@Singleton
final class SparkplugStore {
    /** Takes over what a gateway told; what an older connection tells late, and what is of an unknown device, changes nothing. */
    void told(Handle handle, DeviceId device, SparkplugNode node) {
        handle.createUpdate("""
                        insert into sparkplug_node as n (device, online, bd_seq, born_at, gaps, lost, late, refused,
                                                         rebirths, devices, epoch, at)
                        select id, :online, :bdSeq, :bornAt, :gaps, :lost, :late, :refused, :rebirths, :devices, :epoch, :at
                          from device where id = :device and sparkplug is not null
                        on conflict (tenant, device) do update set
                            online = excluded.online, bd_seq = coalesce(excluded.bd_seq, n.bd_seq),
                            born_at = coalesce(excluded.born_at, n.born_at), gaps = excluded.gaps, lost = excluded.lost,
                            late = excluded.late, refused = excluded.refused, rebirths = excluded.rebirths,
                            devices = excluded.devices, epoch = excluded.epoch, at = excluded.at
                         where excluded.epoch >= n.epoch""")
                .bind("device", device)
                .bind("online", node.online())
                .bind("bdSeq", node.bdSeq().orElse(null))
                .bind("bornAt", node.bornAt().map(SparkplugStore::utc).orElse(null))
                .bind("gaps", node.gaps())
                .bind("lost", node.lost())
                .bind("late", node.late())
                .bind("refused", node.refused())
                .bind("rebirths", node.rebirths())
                .bind("devices", node.devices().toArray(String[]::new))
                .bind("epoch", node.epoch())
                .bind("at", utc(node.at()))
                .execute();
    }

    Optional<SparkplugNode> find(Handle handle, DeviceId device) {
        return handle.createQuery("select * from sparkplug_node where device = :device")
                .bind("device", device)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Another node of the same device begins anew. */
    void forget(Handle handle, DeviceId device) {
        handle.createUpdate("delete from sparkplug_node where device = :device")
                .bind("device", device)
                .execute();
    }

    private static SparkplugNode read(ResultSet rs) throws SQLException {
        long bdSeq = rs.getLong("bd_seq");
        Optional<Long> known = rs.wasNull() ? Optional.empty() : Optional.of(bdSeq);
        return new SparkplugNode(
                rs.getBoolean("online"),
                known,
                Optional.ofNullable(instant(rs, "born_at")),
                rs.getLong("gaps"),
                rs.getLong("lost"),
                rs.getLong("late"),
                rs.getLong("refused"),
                rs.getLong("rebirths"),
                Arrays.asList((String[]) rs.getArray("devices").getArray()),
                rs.getLong("epoch"),
                rs.getObject("at", OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}

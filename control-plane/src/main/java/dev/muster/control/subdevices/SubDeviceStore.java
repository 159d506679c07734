package dev.muster.control.subdevices;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.subdevice.SubDevices;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code sub_device}. What a gateway asks for is its own; people come through {@code DeviceService.require}. */
@Singleton
final class SubDeviceStore {
    private static final String SELECT = """
            select c.gateway, c.child, c.driver, c.hardware, c.facts, c.state, c.first_seen, c.last_seen,
                   d.status, coalesce(d.generation, 0) as generation
              from sub_device c left join device d on d.id = c.gateway || '/' || c.child and c.state = 'approved'
             where c.gateway = :gateway""";

    /** Notes what a gateway found; one that waits may be described anew, one that was let in keeps its hardware. */
    void found(Handle handle, DeviceId gateway, List<SubDevices.Found> children, Instant now) {
        for (SubDevices.Found child : children) {
            handle.createUpdate("""
                            insert into sub_device as c
                                (gateway, child, driver, hardware, facts, first_seen, last_seen)
                            values (:gateway, :child, :driver, :hardware, cast(:facts as jsonb), :now, :now)
                            on conflict (tenant, gateway, child) do update
                               set driver = excluded.driver, facts = excluded.facts, last_seen = excluded.last_seen,
                                   hardware = case when c.state = 'approved' then c.hardware
                                                   else excluded.hardware end""")
                    .bind("gateway", gateway)
                    .bind("child", child.name())
                    .bind("driver", child.driver())
                    .bind("hardware", child.hardware())
                    .bind("facts", new String(JsonObject.write(child.facts()), StandardCharsets.UTF_8))
                    .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                    .execute();
        }
    }

    int count(Handle handle, DeviceId gateway) {
        return handle.createQuery("select count(*) from sub_device where gateway = :gateway")
                .bind("gateway", gateway)
                .mapTo(Integer.class)
                .one();
    }

    List<SubDevice> of(Handle handle, DeviceId gateway) {
        return handle.createQuery(SELECT + " order by c.child")
                .bind("gateway", gateway)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** One of them, its row locked. */
    Optional<SubDevice> lock(Handle handle, DeviceId gateway, String child) {
        return handle.createQuery(SELECT + " and c.child = :child for update of c")
                .bind("gateway", gateway)
                .bind("child", child)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    void decide(Handle handle, DeviceId gateway, String child, String state) {
        handle.createUpdate("update sub_device set state = :state where gateway = :gateway and child = :child")
                .bind("gateway", gateway)
                .bind("child", child)
                .bind("state", state)
                .execute();
    }

    private static SubDevice read(ResultSet rs) throws SQLException {
        String gateway = rs.getString("gateway");
        String child = rs.getString("child");
        Map<String, String> facts = JsonObject.of(
                        Map.of("facts", JsonObject.parse(rs.getBytes("facts")).members()))
                .stringMap("facts");
        return new SubDevice(
                gateway,
                child,
                gateway + "/" + child,
                rs.getString("driver"),
                rs.getString("hardware"),
                facts,
                rs.getString("state"),
                rs.getString("status"),
                rs.getLong("generation"),
                rs.getObject("first_seen", OffsetDateTime.class).toInstant(),
                rs.getObject("last_seen", OffsetDateTime.class).toInstant());
    }
}

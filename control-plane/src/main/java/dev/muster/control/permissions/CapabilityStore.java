package dev.muster.control.permissions;

import dev.muster.policy.model.Capability;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows of {@code device_capability}: what the target {@code capabilities} of each device holds. */
@Singleton
final class CapabilityStore {
    /** The device's target holds these, and no others. */
    void hold(Handle handle, DeviceId device, Collection<Capability> capabilities) {
        handle.createUpdate("delete from device_capability where device = :device")
                .bind("device", device)
                .execute();
        for (Capability capability : capabilities) {
            handle.createUpdate(
                            "insert into device_capability (device, name, not_after) values (:device, :name, :notAfter)")
                    .bind("device", device)
                    .bind("name", capability.name())
                    .bind("notAfter", OffsetDateTime.ofInstant(capability.notAfter(), ZoneOffset.UTC))
                    .execute();
        }
    }

    /** Devices whose target holds a capability that has ended. */
    List<DeviceId> ended(Handle handle, Instant now) {
        return handle.createQuery("select distinct device from device_capability where not_after <= :now limit 500")
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** How many devices said that their newest target `capabilities`, which holds this one, is in force. */
    long holding(Handle handle, String name) {
        return handle.createQuery("""
                        select count(*) from device_capability c
                          join desired_target t on t.tenant = c.tenant and t.device = c.device and t.name = 'capabilities'
                          join reported_state r on r.tenant = c.tenant and r.device = c.device
                         where c.name = :name and exists (
                               select 1 from jsonb_array_elements(r.targets -> 'targets') said
                                where said ->> 'name' = 'capabilities' and said ->> 'state' = 'committed'
                                  and said ->> 'sha256' = t.sha256)""").bind("name", name).mapTo(Long.class).one();
    }

    /** How many devices say that one of these versions is in force. */
    long inForce(Handle handle, Collection<Long> versions) {
        return handle.createQuery("select count(*) from device_summary where policy_version = any(:versions)")
                .bind("versions", versions.stream().map(String::valueOf).toArray(String[]::new))
                .mapTo(Long.class)
                .one();
    }
}

package dev.muster.control.rollouts;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads what devices said they have installed, for what releases require. */
@Singleton
final class RequirementStore {
    /** Those among the devices whose last signed manifest lists the app at the version code or above. */
    Set<DeviceId> withApp(Handle handle, Collection<DeviceId> devices, String bundle, long versionCode) {
        return new HashSet<>(handle.createQuery("""
                        select m.device from device_manifest m
                         where m.device = any(:ids) and exists (
                               select 1 from jsonb_array_elements(m.manifest -> 'apps') app
                                where app ->> 'bundle' = :bundle and cast(app ->> 'versionCode' as bigint) >= :code)""")
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("bundle", bundle)
                .bind("code", versionCode)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list());
    }
}

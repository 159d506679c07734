package dev.muster.policy.permission;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One permission as OpenHarmony defines it.
 *
 * @param name full name, such as {@code ohos.permission.CAMERA}
 * @param availableLevel level an app needs without an access control list entry
 * @param provisionEnable whether a signed profile's access control list lifts a level that is too low
 * @param distributedSceneEnable meant for use across devices; reported, never consulted
 * @param kernelEffect mirrored into the kernel
 * @param hasValue carries a string value, given by the signed profile
 * @param since API level or dotted version that brought it
 * @param deprecated what OpenHarmony says about its end, where it does
 * @param deviceTypes device types that know it; empty means all
 */
public record PermissionDefinition(
        String name,
        GrantMode grantMode,
        Apl availableLevel,
        AvailableType availableType,
        boolean provisionEnable,
        boolean distributedSceneEnable,
        boolean kernelEffect,
        boolean hasValue,
        String since,
        Optional<String> deprecated,
        List<String> deviceTypes) {
    public PermissionDefinition {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty() || name.length() > 256) {
            throw new IllegalArgumentException(
                    "permission name of 1 to 256 characters expected, found " + name.length());
        }
        deviceTypes = List.copyOf(deviceTypes);
    }

    /** A definition without the parts that only describe. */
    public static PermissionDefinition of(
            String name,
            GrantMode grantMode,
            Apl availableLevel,
            AvailableType availableType,
            boolean provisionEnable,
            boolean hasValue) {
        return new PermissionDefinition(
                name,
                grantMode,
                availableLevel,
                availableType,
                provisionEnable,
                false,
                false,
                hasValue,
                "",
                Optional.empty(),
                List.of());
    }
}

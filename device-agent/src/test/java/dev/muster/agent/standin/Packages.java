package dev.muster.agent.standin;

import dev.muster.agent.apps.Haps;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Packages for the stand-ins, with what their signed profile would say. */
public final class Packages {
    private Packages() {}

    /** A release build of level {@code normal} that asks for {@code permissions}. */
    public static byte[] release(String bundle, int versionCode, String... permissions) {
        return hap(bundle, versionCode, Map.of(), permissions);
    }

    /** A build for debugging on this device. */
    public static byte[] debug(String bundle, int versionCode, String... permissions) {
        return hap(bundle, versionCode, Map.of("type", "debug", "devices", List.of(StandInDevice.UDID)), permissions);
    }

    /** A package with another profile. */
    public static byte[] hap(String bundle, int versionCode, Map<String, ?> profile, String... permissions) {
        Map<String, Object> module = Map.of(
                "app", Map.of("bundleName", bundle, "versionCode", versionCode, "versionName", versionCode + ".0"),
                "module",
                        Map.of(
                                "name",
                                "entry",
                                "requestPermissions",
                                List.of(permissions).stream()
                                        .map(name -> Map.of("name", name))
                                        .toList()));
        return Haps.zip(Map.of(
                "module.json",
                text(module),
                "profile.json",
                text(profile),
                "ets/modules.abc",
                "version " + versionCode));
    }

    private static String text(Map<String, ?> json) {
        return new String(JsonObject.write(json), StandardCharsets.UTF_8);
    }
}

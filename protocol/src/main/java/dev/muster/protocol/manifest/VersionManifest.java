package dev.muster.protocol.manifest;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs on the device (Uptane: vehicle version manifest). Sent signed, {@code PUT /device/v1/manifest}: the body is the
 * base64 text of exactly these bytes beside an ECDSA signature over them, see {@link SignedManifest}, made with the
 * key of the device's certificate.
 *
 * @param at by the device's clock
 * @param generation of the desired state last verified
 * @param image the image that is booted; empty where the platform has no slots
 * @param apps every app found, not only ours
 * @param attacks what looked like an attack since the last manifest, one line each
 */
public record VersionManifest(
        DeviceRef device,
        Instant at,
        long generation,
        String hardware,
        Optional<InstalledImage> image,
        List<InstalledApp> apps,
        List<String> attacks) {
    public VersionManifest {
        apps = List.copyOf(apps);
        attacks = List.copyOf(attacks);
    }

    /** The booted image: {@code slot} such as {@code a}, {@code sha256} of the whole image in lower-case hex. */
    public record InstalledImage(String version, String sha256, long length, String slot) {
        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("version", version);
            map.put("sha256", sha256);
            map.put("length", length);
            map.put("slot", slot);
            return map;
        }

        static InstalledImage from(JsonObject json) {
            return new InstalledImage(
                    json.string("version"), json.string("sha256"), json.number("length"), json.string("slot"));
        }
    }

    /**
     * One app as found on the device.
     *
     * @param versionCode the ordering key of the package
     * @param sha256 of the package it came from, where known
     * @param apl {@code normal}, {@code system_basic} or {@code system_core}
     * @param permissions that the app requests
     */
    public record InstalledApp(
            String bundle,
            long versionCode,
            String versionName,
            Optional<String> sha256,
            String apl,
            List<String> permissions) {
        public InstalledApp {
            permissions = List.copyOf(permissions);
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("bundle", bundle);
            map.put("versionCode", versionCode);
            map.put("versionName", versionName);
            sha256.ifPresent(value -> map.put("sha256", value));
            map.put("apl", apl);
            map.put("permissions", permissions);
            return map;
        }

        static InstalledApp from(JsonObject json) {
            return new InstalledApp(
                    json.string("bundle"),
                    json.number("versionCode"),
                    json.optionalString("versionName").orElse(""),
                    json.optionalString("sha256"),
                    json.optionalString("apl").orElse("normal"),
                    json.strings("permissions"));
        }
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", device.key());
        map.put("at", at.toString());
        map.put("generation", generation);
        map.put("hardware", hardware);
        image.ifPresent(value -> map.put("image", value.toMap()));
        map.put("apps", apps.stream().map(InstalledApp::toMap).toList());
        map.put("attacks", attacks);
        return JsonObject.write(map);
    }

    public static VersionManifest fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new VersionManifest(
                object.convert("device", DeviceRef::parse),
                object.instant("at"),
                object.number("generation"),
                object.string("hardware"),
                object.optionalObject("image").map(InstalledImage::from),
                object.objects("apps", InstalledApp::from),
                object.strings("attacks"));
    }
}

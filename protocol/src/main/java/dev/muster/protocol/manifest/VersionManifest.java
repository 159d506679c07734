package dev.muster.protocol.manifest;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.permissions.AppInstance;
import dev.muster.protocol.permissions.PermissionReport;
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
 * @param permissions how the device stands with its policy; empty from agents that do not say
 */
public record VersionManifest(
        DeviceRef device,
        Instant at,
        long generation,
        String hardware,
        Optional<InstalledImage> image,
        List<InstalledApp> apps,
        List<String> attacks,
        Optional<PermissionReport> permissions) {
    public VersionManifest {
        apps = List.copyOf(apps);
        attacks = List.copyOf(attacks);
    }

    /** A manifest that says nothing about permissions. */
    public VersionManifest(
            DeviceRef device,
            Instant at,
            long generation,
            String hardware,
            Optional<InstalledImage> image,
            List<InstalledApp> apps,
            List<String> attacks) {
        this(device, at, generation, hardware, image, apps, attacks, Optional.empty());
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
     * @param acls permissions that the signed profile gives above the app's level
     * @param signer SHA-256 of the signer's certificate or key, lower-case hex, where known
     * @param processes how many of its processes run, which a revoke would end; empty where nobody can say
     * @param user whose installation it is
     * @param instance 0 the app itself, above that its clones
     */
    public record InstalledApp(
            String bundle,
            long versionCode,
            String versionName,
            Optional<String> sha256,
            String apl,
            List<String> permissions,
            List<String> acls,
            Optional<String> signer,
            Optional<Long> processes,
            int user,
            int instance) {
        public InstalledApp {
            permissions = List.copyOf(permissions);
            acls = List.copyOf(acls);
        }

        /** An app of the first user of which nothing else is known. */
        public InstalledApp(
                String bundle,
                long versionCode,
                String versionName,
                Optional<String> sha256,
                String apl,
                List<String> permissions) {
            this(
                    bundle,
                    versionCode,
                    versionName,
                    sha256,
                    apl,
                    permissions,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    AppInstance.FIRST_USER,
                    0);
        }

        /** The same app with another count of running processes. */
        public InstalledApp withProcesses(Optional<Long> count) {
            return new InstalledApp(
                    bundle, versionCode, versionName, sha256, apl, permissions, acls, signer, count, user, instance);
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("bundle", bundle);
            map.put("versionCode", versionCode);
            map.put("versionName", versionName);
            sha256.ifPresent(value -> map.put("sha256", value));
            map.put("apl", apl);
            map.put("permissions", permissions);
            if (!acls.isEmpty()) {
                map.put("acls", acls);
            }
            signer.ifPresent(value -> map.put("signer", value));
            processes.ifPresent(value -> map.put("processes", value));
            if (user != AppInstance.FIRST_USER || instance != 0) {
                map.put("user", user);
                map.put("instance", instance);
            }
            return map;
        }

        static InstalledApp from(JsonObject json) {
            return new InstalledApp(
                    json.string("bundle"),
                    json.number("versionCode"),
                    json.optionalString("versionName").orElse(""),
                    json.optionalString("sha256"),
                    json.optionalString("apl").orElse("normal"),
                    json.strings("permissions"),
                    json.strings("acls"),
                    json.optionalString("signer"),
                    json.optionalNumber("processes"),
                    AppInstance.user(json),
                    AppInstance.instance(json));
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
        permissions.ifPresent(value -> map.put("permissions", value.toMap()));
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
                object.strings("attacks"),
                object.optionalObject("permissions").map(PermissionReport::from));
    }
}

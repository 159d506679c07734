package dev.muster.control.artifacts;

import dev.muster.control.packages.PackageInfo;
import dev.muster.control.packages.Profile;
import dev.muster.control.packages.Signature;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was read from an app's package beside its name and version.
 *
 * @param format {@code hap}, {@code hsp} or {@code app-pack}
 * @param minApi lowest API level of a device, as the manifest writes it; 0 where it names none
 * @param deviceTypes the app is for; empty where it names none
 * @param modules name to type
 * @param profile only of a signed package
 */
public record AppDetails(
        String format,
        String bundleType,
        int minApi,
        int targetApi,
        String apiReleaseType,
        boolean debug,
        List<String> deviceTypes,
        Map<String, String> modules,
        Signature signature,
        Optional<ProfileDetails> profile) {
    /** The format whose modules a device would have to take out first. */
    public static final String APP_PACK = "app-pack";

    public AppDetails {
        deviceTypes = List.copyOf(deviceTypes);
        modules = Map.copyOf(modules);
    }

    /**
     * What the signed profile allows.
     *
     * @param devices UDIDs that a debug profile is for
     */
    public record ProfileDetails(
            boolean debug,
            String distribution,
            Apl apl,
            boolean systemApp,
            String appIdentifier,
            Instant notBefore,
            Instant notAfter,
            List<String> acls,
            Map<String, String> aclValues,
            List<String> restricted,
            List<String> devices) {
        public ProfileDetails {
            acls = List.copyOf(acls);
            aclValues = Map.copyOf(aclValues);
            restricted = List.copyOf(restricted);
            devices = List.copyOf(devices);
        }

        static ProfileDetails of(Profile profile) {
            return new ProfileDetails(
                    profile.debug(),
                    profile.distribution(),
                    profile.apl(),
                    profile.systemApp(),
                    profile.appIdentifier(),
                    profile.notBefore(),
                    profile.notAfter(),
                    List.copyOf(new TreeSet<>(profile.acls())),
                    profile.aclValues(),
                    List.copyOf(new TreeSet<>(profile.restricted())),
                    List.copyOf(new TreeSet<>(profile.devices())));
        }

        /** As stored and as shown. */
        Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("debug", debug);
            members.put("distribution", distribution);
            members.put("apl", apl.text());
            members.put("systemApp", systemApp);
            members.put("appIdentifier", appIdentifier);
            members.put("notBefore", notBefore.toString());
            members.put("notAfter", notAfter.toString());
            members.put("acls", acls);
            members.put("aclValues", new TreeMap<>(aclValues));
            members.put("restricted", restricted);
            members.put("devices", devices);
            return members;
        }

        private static ProfileDetails read(JsonObject json) {
            return new ProfileDetails(
                    json.optionalFlag("debug").orElse(false),
                    json.string("distribution"),
                    Apl.parse(json.string("apl")).orElse(Apl.NORMAL),
                    json.optionalFlag("systemApp").orElse(false),
                    json.string("appIdentifier"),
                    json.instant("notBefore"),
                    json.instant("notAfter"),
                    json.strings("acls"),
                    json.stringMap("aclValues"),
                    json.strings("restricted"),
                    json.strings("devices"));
        }
    }

    static AppDetails of(PackageInfo info) {
        Map<String, String> modules = new TreeMap<>();
        info.modules().forEach(module -> modules.put(module.name(), module.type()));
        return new AppDetails(
                info.format().text(),
                info.bundleType(),
                info.minApi(),
                info.targetApi(),
                info.apiReleaseType(),
                info.debug(),
                info.deviceTypes(),
                modules,
                info.signature(),
                info.profile().map(ProfileDetails::of));
    }

    /** The same with another verdict about its signature. */
    AppDetails signedBy(Signature judged) {
        return new AppDetails(
                format, bundleType, minApi, targetApi, apiReleaseType, debug, deviceTypes, modules, judged, profile);
    }

    /** Privilege level that the package's profile gives; the lowest without one. */
    public Apl apl() {
        return profile.map(ProfileDetails::apl).orElse(Apl.NORMAL);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("format", format);
        members.put("bundleType", bundleType);
        members.put("minApi", minApi);
        members.put("targetApi", targetApi);
        members.put("apiReleaseType", apiReleaseType);
        members.put("debug", debug);
        members.put("deviceTypes", deviceTypes);
        members.put("modules", new TreeMap<>(modules));
        members.put("signature", SignatureJson.stored(signature));
        profile.ifPresent(part -> members.put("profile", part.members()));
        return members;
    }

    static AppDetails read(JsonObject json) {
        return new AppDetails(
                json.string("format"),
                json.string("bundleType"),
                (int) json.number("minApi"),
                (int) json.number("targetApi"),
                json.string("apiReleaseType"),
                json.optionalFlag("debug").orElse(false),
                json.strings("deviceTypes"),
                json.stringMap("modules"),
                SignatureJson.read(json.object("signature")),
                json.optionalObject("profile").map(ProfileDetails::read));
    }
}

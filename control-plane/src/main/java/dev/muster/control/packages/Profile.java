package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a signed provisioning profile says (p7b around JSON). Privilege level, access control list and distribution type
 * come from here and from nowhere else.
 *
 * @param debug for named devices only
 * @param distribution such as {@code app_gallery}, {@code enterprise_mdm}, {@code none}
 * @param apl a word that is not known counts as {@code normal}, as on devices
 * @param certificate that must have signed the package
 * @param appIdentifier empty where it names none
 * @param acls permissions above the level
 * @param aclValues permissions that carry a value, with it
 * @param restricted permissions that need the profile's leave
 * @param devices of a debug profile: the UDIDs it is for
 */
public record Profile(
        boolean debug,
        String distribution,
        Apl apl,
        boolean systemApp,
        String bundle,
        String developerId,
        String appIdentifier,
        X509Certificate certificate,
        Instant notBefore,
        Instant notAfter,
        Set<String> acls,
        Map<String, String> aclValues,
        Set<String> restricted,
        Set<String> devices) {
    public Profile {
        acls = Set.copyOf(acls);
        aclValues = Map.copyOf(aclValues);
        restricted = Set.copyOf(restricted);
        devices = Set.copyOf(devices);
    }

    /** Reads the JSON inside. */
    static Profile parse(byte[] json) {
        try {
            return read(JsonObject.parse(json));
        } catch (ProtocolException | CertificateException e) {
            throw new PackageRefused(Code.PROFILE_INVALID, "profile: " + e.getMessage(), e);
        }
    }

    private static Profile read(JsonObject root) throws CertificateException {
        String type = root.string("type");
        if (!type.equals("debug") && !type.equals("release")) {
            throw new ProtocolException("expected `type` debug or release, found `" + type + "`");
        }
        boolean debug = type.equals("debug");
        JsonObject validity = root.object("validity");
        JsonObject info = root.object("bundle-info");
        Set<String> devices = root.optionalObject("debug-info")
                .<Set<String>>map(part -> new TreeSet<>(part.strings("device-ids")))
                .orElse(Set.of());
        if (debug && devices.isEmpty()) {
            throw new ProtocolException("expected `debug-info.device-ids` in a debug profile, found none");
        }
        return new Profile(
                debug,
                root.optionalString("app-distribution-type").orElse("none"),
                info.optionalString("apl").flatMap(Apl::parse).orElse(Apl.NORMAL),
                info.optionalString("app-feature").orElse("").equals("hos_system_app"),
                info.string("bundle-name"),
                info.optionalString("developer-id").orElse(""),
                info.optionalString("app-identifier").orElse(""),
                certificate(info.string(debug ? "development-certificate" : "distribution-certificate")),
                Instant.ofEpochSecond(seconds(validity, "not-before")),
                Instant.ofEpochSecond(seconds(validity, "not-after")),
                names(root.optionalObject("acls"), "allowed-acls"),
                root.optionalObject("app-services-capabilities")
                        .map(Profile::values)
                        .orElse(Map.of()),
                names(root.optionalObject("permissions"), "restricted-permissions"),
                devices);
    }

    private static long seconds(JsonObject validity, String member) {
        long seconds = validity.number(member);
        if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
            throw new ProtocolException("expected `" + member + "` in seconds since 1970, found " + seconds);
        }
        return seconds;
    }

    private static Set<String> names(Optional<JsonObject> part, String member) {
        return part.<Set<String>>map(object -> new TreeSet<>(object.strings(member)))
                .orElse(Set.of());
    }

    /** A capability's value is any JSON; ATM keeps it as text. */
    private static Map<String, String> values(JsonObject capabilities) {
        Map<String, String> values = new TreeMap<>();
        capabilities.members().forEach((name, value) -> values.put(name, text(value)));
        return values;
    }

    private static String text(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return String.valueOf(value);
        }
        Map<String, Object> members = new TreeMap<>();
        map.forEach((key, member) -> members.put(String.valueOf(key), member));
        return new String(JsonObject.write(members), StandardCharsets.UTF_8);
    }

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}

package dev.muster.control.artifacts;

import dev.muster.control.ota.OtaPackage;
import dev.muster.control.packages.Signature;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read from an OTA package.
 *
 * @param diff a device must have exactly one of {@code versions} before
 * @param boards that take it; empty where it names none
 */
public record OtaDetails(
        String productId,
        String softwareVersion,
        String made,
        boolean diff,
        List<String> boards,
        List<String> versions,
        List<Component> components,
        Signature signature) {
    public OtaDetails {
        boards = List.copyOf(boards);
        versions = List.copyOf(versions);
        components = List.copyOf(components);
    }

    /** One part of the system; {@code sha256} is of its bytes in the package. */
    public record Component(String address, boolean diff, String version, long size, String sha256) {
        private Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("address", address);
            members.put("diff", diff);
            members.put("version", version);
            members.put("size", size);
            members.put("sha256", sha256);
            return members;
        }

        private static Component read(JsonObject json) {
            return new Component(
                    json.string("address"),
                    json.optionalFlag("diff").orElse(false),
                    json.string("version"),
                    json.number("size"),
                    json.string("sha256"));
        }
    }

    static OtaDetails of(OtaPackage ota) {
        return new OtaDetails(
                ota.productId(),
                ota.softwareVersion(),
                ota.made(),
                ota.isDiff(),
                ota.boards(),
                ota.versions(),
                ota.components().stream()
                        .map(part ->
                                new Component(part.address(), part.diff(), part.version(), part.size(), part.sha256()))
                        .toList(),
                ota.signature());
    }

    /** The same with another verdict about its signature. */
    OtaDetails signedBy(Signature judged) {
        return new OtaDetails(productId, softwareVersion, made, diff, boards, versions, components, judged);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("productId", productId);
        members.put("softwareVersion", softwareVersion);
        members.put("made", made);
        members.put("diff", diff);
        members.put("boards", boards);
        members.put("versions", versions);
        members.put("components", components.stream().map(Component::members).toList());
        members.put("signature", SignatureJson.stored(signature));
        return members;
    }

    static OtaDetails read(JsonObject json) {
        return new OtaDetails(
                json.string("productId"),
                json.string("softwareVersion"),
                json.string("made"),
                json.optionalFlag("diff").orElse(false),
                json.strings("boards"),
                json.strings("versions"),
                json.objects("components", Component::read),
                SignatureJson.read(json.object("signature")));
    }
}

package dev.muster.control.artifacts;

import dev.muster.control.packages.Chains;
import dev.muster.control.packages.Signature;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** Who signed, as stored and as shown. Pure. */
final class SignatureJson {
    private SignatureJson() {}

    /** As shown. */
    static Map<String, Object> members(Signature signature) {
        return switch (signature) {
            case Signature.Unsigned s -> Map.of("verdict", s.verdict());
            case Signature.UnknownSigner s -> members(s.verdict(), s.signer(), s.certificateSha256(), s.root());
            case Signature.Verified s -> members(s.verdict(), s.signer(), s.certificateSha256(), s.root());
        };
    }

    /** As stored: with what it takes to judge it again. */
    static Map<String, Object> stored(Signature signature) {
        return switch (signature) {
            case Signature.Unsigned s -> members(s);
            case Signature.UnknownSigner s -> with(members(s), s.chains());
            case Signature.Verified s -> with(members(s), s.chains());
        };
    }

    private static Map<String, Object> members(String verdict, String signer, String certificate, String root) {
        return new TreeMap<>(
                Map.of("verdict", verdict, "signer", signer, "certificateSha256", certificate, "root", root));
    }

    private static Map<String, Object> with(Map<String, Object> members, Chains chains) {
        if (!chains.links().isEmpty()) {
            members.put(
                    "chains",
                    chains.links().stream()
                            .map(link -> Map.of("at", link.at().toString(), "certificates", link.certificates()))
                            .toList());
        }
        return members;
    }

    private static Chains chains(JsonObject json) {
        return new Chains(
                json.objects("chains", link -> new Chains.Link(link.instant("at"), link.strings("certificates"))));
    }

    static Signature read(JsonObject json) {
        return switch (json.string("verdict")) {
            case "unsigned" -> new Signature.Unsigned();
            case "unknown-signer" ->
                new Signature.UnknownSigner(
                        json.string("signer"), json.string("certificateSha256"), json.string("root"), chains(json));
            case "verified" ->
                new Signature.Verified(
                        json.string("signer"), json.string("certificateSha256"), json.string("root"), chains(json));
            default -> throw new ProtocolException("unknown verdict `" + json.string("verdict") + "`");
        };
    }
}

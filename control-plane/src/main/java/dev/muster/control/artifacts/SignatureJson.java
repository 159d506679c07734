package dev.muster.control.artifacts;

import dev.muster.control.packages.Signature;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** Who signed, as stored and as shown. Pure. */
final class SignatureJson {
    private SignatureJson() {}

    static Map<String, Object> members(Signature signature) {
        return switch (signature) {
            case Signature.Unsigned s -> Map.of("verdict", s.verdict());
            case Signature.UnknownSigner s -> members(s.verdict(), s.signer(), s.certificateSha256(), s.root());
            case Signature.Verified s -> members(s.verdict(), s.signer(), s.certificateSha256(), s.root());
        };
    }

    private static Map<String, Object> members(String verdict, String signer, String certificate, String root) {
        return new TreeMap<>(
                Map.of("verdict", verdict, "signer", signer, "certificateSha256", certificate, "root", root));
    }

    static Signature read(JsonObject json) {
        return switch (json.string("verdict")) {
            case "unsigned" -> new Signature.Unsigned();
            case "unknown-signer" ->
                new Signature.UnknownSigner(
                        json.string("signer"), json.string("certificateSha256"), json.string("root"));
            case "verified" ->
                new Signature.Verified(json.string("signer"), json.string("certificateSha256"), json.string("root"));
            default -> throw new ProtocolException("unknown verdict `" + json.string("verdict") + "`");
        };
    }
}

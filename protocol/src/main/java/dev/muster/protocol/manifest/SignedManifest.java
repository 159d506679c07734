package dev.muster.protocol.manifest;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link VersionManifest} as it travels: its exact bytes as base64 text, so that nothing needs a canonical form, and
 * their signature. Immutable.
 */
public final class SignedManifest {
    private static final String ALGORITHM = "SHA256withECDSA";

    private final byte[] manifest;
    private final byte[] signature;

    private SignedManifest(byte[] manifest, byte[] signature) {
        this.manifest = manifest;
        this.signature = signature;
    }

    /** Signs with the key of the device's certificate (EC P-256). */
    public static SignedManifest sign(VersionManifest manifest, PrivateKey key) throws GeneralSecurityException {
        byte[] bytes = manifest.toJson();
        Signature signer = Signature.getInstance(ALGORITHM);
        signer.initSign(key);
        signer.update(bytes);
        return new SignedManifest(bytes, signer.sign());
    }

    /** The manifest, if {@code key} signed it; otherwise a {@link ProtocolException}. */
    public VersionManifest verified(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(manifest);
            if (!verifier.verify(signature)) {
                throw new ProtocolException("the version manifest is not signed by the device's certificate key");
            }
        } catch (GeneralSecurityException e) {
            throw new ProtocolException("the version manifest's signature cannot be checked: " + e.getMessage(), e);
        }
        return VersionManifest.fromJson(manifest);
    }

    /** What it says, whoever signed it: for one whose signature was checked when it arrived. */
    public VersionManifest unverified() {
        return VersionManifest.fromJson(manifest);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("manifest", Base64.getEncoder().encodeToString(manifest));
        map.put("signature", Base64.getEncoder().encodeToString(signature));
        return JsonObject.write(map);
    }

    public static SignedManifest fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new SignedManifest(bytes(object, "manifest"), bytes(object, "signature"));
    }

    private static byte[] bytes(JsonObject object, String name) {
        return object.convert(name, text -> Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII)));
    }
}

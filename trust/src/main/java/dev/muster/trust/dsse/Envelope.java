package dev.muster.trust.dsse;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.keys.Verification;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A DSSE envelope in its JSON form. Signatures are over {@code PAE(type, payload)}, so neither of the two can be taken for
 * something else. Immutable.
 */
public final class Envelope {
    private static final String WHAT = "envelope";

    private final String payloadType;
    private final byte[] payload;
    private final List<Signature> signatures;

    private Envelope(String payloadType, byte[] payload, List<Signature> signatures) {
        this.payloadType = payloadType;
        this.payload = payload;
        this.signatures = List.copyOf(signatures);
    }

    /** One signature; the key id is a hint, what counts is whether a key verifies it. */
    public static final class Signature {
        private final String keyId;
        private final byte[] bytes;

        private Signature(String keyId, byte[] bytes) {
            this.keyId = keyId;
            this.bytes = bytes;
        }

        /** Which key is said to have made it; may be empty. */
        public String keyId() {
            return keyId;
        }
    }

    /** Signs a payload with one key. */
    public static Envelope sign(String payloadType, byte[] payload, Signer signer) {
        byte[] copy = payload.clone();
        return new Envelope(
                payloadType,
                copy,
                List.of(new Signature(signer.publicKey().keyId(), signer.sign(pae(payloadType, copy)))));
    }

    /**
     * Reads an envelope; nothing is verified.
     *
     * @throws TrustException.Malformed if it is none
     */
    public static Envelope parse(byte[] json) {
        Fields fields = Fields.of(WHAT, StrictJson.object(WHAT, json));
        List<Signature> signatures = fields.objects("signatures").stream()
                .map(one -> new Signature(one.optionalString("keyid").orElse(""), base64(one, "sig")))
                .toList();
        if (signatures.isEmpty()) {
            throw fields.malformed("expected at least one signature, found none");
        }
        return new Envelope(fields.string("payloadType"), base64(fields, "payload"), signatures);
    }

    /** The media type of the payload. */
    public String payloadType() {
        return payloadType;
    }

    /** What was signed. */
    public byte[] payload() {
        return payload.clone();
    }

    /** At least one. */
    public List<Signature> signatures() {
        return signatures;
    }

    /** Whether {@code key} made one of the signatures. */
    public boolean isSignedBy(TrustKey key) {
        byte[] signed = pae(payloadType, payload);
        return signatures.stream().anyMatch(signature -> Verification.verifies(key, signed, signature.bytes));
    }

    /** The JSON form, UTF-8. */
    public byte[] toJson() {
        Base64.Encoder base64 = Base64.getEncoder();
        return CanonicalJson.text(Map.of(
                "payloadType",
                payloadType,
                "payload",
                base64.encodeToString(payload),
                "signatures",
                signatures.stream()
                        .map(signature ->
                                Map.of("keyid", signature.keyId, "sig", base64.encodeToString(signature.bytes)))
                        .toList()));
    }

    /** Pre-authentication encoding (DSSE protocol, "Signature Definition"): lengths first, so that nothing is ambiguous. */
    static byte[] pae(String type, byte[] payload) {
        byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + typeBytes.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(typeBytes);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    // The specification lets writers choose between the two alphabets of base64.
    private static byte[] base64(Fields fields, String name) {
        String text = fields.string(name);
        try {
            return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                    ? Base64.getUrlDecoder().decode(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw fields.malformed("expected base64 at `" + name + "`");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that
                && payloadType.equals(that.payloadType)
                && Arrays.equals(toJson(), that.toJson());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload);
    }
}

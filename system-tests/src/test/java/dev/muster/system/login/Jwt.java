package dev.muster.system.login;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A signed token taken apart, to be put together another way. */
record Jwt(Map<String, Object> header, Map<String, Object> claims) {
    Jwt {
        header = Map.copyOf(header);
        claims = Map.copyOf(claims);
    }

    static Jwt read(String token) {
        String[] parts = token.split("\\.", -1);
        return new Jwt(part(parts[0]), part(parts[1]));
    }

    /** The same with one claim changed, or left out where {@code value} is null. */
    Jwt with(String claim, @Nullable Object value) {
        return new Jwt(header, changed(claims, claim, value));
    }

    Jwt withHeader(String name, @Nullable Object value) {
        return new Jwt(changed(header, name, value), claims);
    }

    String signed(PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(input().getBytes(StandardCharsets.UTF_8));
            return input() + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By a shared secret, which is what an attacker takes a public key for. */
    String signedBySecret(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input() + "." + encode(mac.doFinal(input().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String unsigned() {
        return input() + ".";
    }

    private String input() {
        try {
            return encode(JSON.std.asBytes(header)) + "." + encode(JSON.std.asBytes(claims));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> changed(Map<String, Object> map, String name, @Nullable Object value) {
        Map<String, Object> changed = new HashMap<>(map);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return changed;
    }

    private static Map<String, Object> part(String text) {
        try {
            return JSON.std.mapFrom(Base64.getUrlDecoder().decode(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

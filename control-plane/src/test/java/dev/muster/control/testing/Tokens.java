package dev.muster.control.testing;

import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/** Bearer tokens as the OpenID provider would give them. */
public final class Tokens {
    /** The provider that tests trust. */
    public static final String ISSUER = "https://idp.test/realms/muster";

    /** The group that the first start makes admin of tenant {@code default}. */
    public static final String ADMINS = "muster-admins";

    static final String PRIVATE_KEY = "muster.test.private-key";

    private Tokens() {}

    /** A token of an administrator. */
    public static String admin() {
        return of("root", ADMINS);
    }

    /** A token of {@code subject} who is in {@code groups}. */
    public static String of(String subject, String... groups) {
        return of(ISSUER, "muster-api", subject, Duration.ofMinutes(5), groups);
    }

    /** A token with everything chosen. */
    public static String of(String issuer, String audience, String subject, Duration life, String... groups) {
        return signed(privateKey(), issuer, audience, subject, life, groups);
    }

    /** A token of {@code subject} in the provider's session {@code session}. */
    public static String inSession(String subject, String session) {
        long now = java.time.Clock.systemUTC().instant().getEpochSecond();
        return Jwt.issuer(ISSUER)
                .audience("muster-api")
                .subject(subject)
                .claim("sid", session)
                .issuedAt(now - 60)
                .expiresAt(now + 300)
                .sign(privateKey());
    }

    /** What the provider tells when {@code session} of {@code subject} ended; {@code id} makes it another one. */
    public static String logout(String subject, String session, String audience, String id) {
        long now = java.time.Clock.systemUTC().instant().getEpochSecond();
        return Jwt.issuer(ISSUER)
                .audience(audience)
                .subject(subject)
                .claim("sid", session)
                .claim("jti", id)
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
                .issuedAt(now)
                .expiresAt(now + 120)
                .sign(privateKey());
    }

    /** A token of an administrator, for a server that trusts {@code key} instead of the one of this JVM. */
    static String admin(PrivateKey key) {
        return signed(key, ISSUER, "muster-api", "root", Duration.ofMinutes(5), ADMINS);
    }

    private static String signed(
            PrivateKey key, String issuer, String audience, String subject, Duration life, String... groups) {
        long now = java.time.Clock.systemUTC().instant().getEpochSecond();
        return Jwt.issuer(issuer)
                .audience(audience)
                .subject(subject)
                .preferredUserName(subject)
                .groups(Set.of(groups))
                .issuedAt(now - 3600)
                .expiresAt(now + life.toSeconds())
                .sign(key);
    }

    private static PrivateKey privateKey() {
        String text = ConfigProvider.getConfig().getValue(PRIVATE_KEY, String.class);
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

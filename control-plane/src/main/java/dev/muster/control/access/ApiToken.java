package dev.muster.control.access;

import dev.muster.protocol.identity.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token of a service account as people see it afterwards: without the secret. It gives what the account's role bindings give,
 * never more, and less where it says so.
 *
 * @param role the most it may do; null for all that the account may
 * @param selector the devices it reaches among the account's; {@link Selector#ALL} for all of them
 * @param usedAt when it was used last, to the minute; null if never
 */
public record ApiToken(
        String id,
        String account,
        String name,
        @Nullable Role role,
        Selector selector,
        Instant createdAt,
        String createdByName,
        Instant expiresAt,
        @Nullable Instant usedAt) {
    /**
     * The text a program brings: {@code mst.<tenant>.<id>.<secret>}. Tenant and id only say where to look.
     *
     * @param text never logged, never stored
     */
    public record Secret(TenantId tenant, String id, String text) {
        /** How every such text begins, so that scanners find one that leaked. */
        public static final String PREFIX = "mst.";

        private static final int ID_BYTES = 8;
        private static final int SECRET_BYTES = 32;
        private static final int LONGEST = 250;

        /** A new one for the tenant. */
        public static Secret random(TenantId tenant) {
            SecureRandom random = new SecureRandom();
            byte[] id = new byte[ID_BYTES];
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(id);
            random.nextBytes(secret);
            String name = HexFormat.of().formatHex(id);
            return new Secret(
                    tenant,
                    name,
                    PREFIX + tenant + "." + name + "."
                            + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        }

        /** Empty for what cannot be one of ours. */
        static Optional<Secret> parse(String text) {
            String[] parts = text.split("\\.", -1);
            if (!text.startsWith(PREFIX) || parts.length != 4 || text.length() > LONGEST) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Secret(new TenantId(parts[1]), parts[2], text));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** What is stored of it. */
        public byte[] hash() {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String toString() {
            return "Secret[" + tenant + "." + id + "]";
        }
    }
}

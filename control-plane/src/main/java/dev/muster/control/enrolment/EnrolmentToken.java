package dev.muster.control.enrolment;

import dev.muster.protocol.identity.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An enrolment token as people see it afterwards: without the secret.
 *
 * @param approval whether a person must approve each of its devices
 * @param serial that its device must tell, where it is for one device
 * @param udid likewise
 * @param createdBy identity, {@code issuer#subject}
 * @param createdByName name of that day, for people; proves nothing
 */
public record EnrolmentToken(
        String id,
        String name,
        int uses,
        int used,
        Instant expiresAt,
        @Nullable String site,
        List<String> tags,
        boolean approval,
        @Nullable String serial,
        @Nullable String udid,
        Instant createdAt,
        String createdBy,
        String createdByName) {
    public EnrolmentToken {
        tags = List.copyOf(tags);
    }

    /**
     * The text a device brings: {@code <tenant>.<id>.<secret>}. Tenant and id only say where to look.
     *
     * @param text never logged, never stored
     */
    record Secret(TenantId tenant, String id, String text) {
        private static final int ID_BYTES = 6;
        private static final int SECRET_BYTES = 24;
        private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

        static Secret random(TenantId tenant) {
            SecureRandom random = new SecureRandom();
            byte[] id = new byte[ID_BYTES];
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(id);
            random.nextBytes(secret);
            String name = HexFormat.of().formatHex(id);
            return new Secret(
                    tenant,
                    name,
                    tenant + "." + name + "."
                            + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        }

        /** Empty for what cannot be one of ours. */
        static Optional<Secret> parse(String text) {
            String[] parts = text.split("\\.", -1);
            if (parts.length != 3 || text.length() > 200) {
                return Optional.empty();
            }
            try {
                return ID.matcher(parts[1]).matches()
                        ? Optional.of(new Secret(new TenantId(parts[0]), parts[1], text))
                        : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** Tenant and id, which are no secret. */
        String place() {
            return tenant + "." + id;
        }

        byte[] hash() {
            return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Secret[" + tenant + "." + id + "]";
        }
    }
}

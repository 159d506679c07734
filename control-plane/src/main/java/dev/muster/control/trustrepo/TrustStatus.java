package dev.muster.control.trustrepo;

import dev.muster.trust.repository.RoleStatus;
import dev.muster.trust.repository.StarterKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who signs what, and until when: the answer of {@code GET /trust/status}.
 *
 * @param mode {@code starter} while a root, targets or publisher key lies on the server, {@code strict} after that
 * @param openDrafts how many files wait for signatures
 */
public record TrustStatus(String mode, List<Role> roles, int openDrafts) {
    public TrustStatus {
        roles = List.copyOf(roles);
    }

    /**
     * One role; {@code keys} are key ids, of which {@code threshold} must sign.
     *
     * @param offline whether people sign it in strict mode
     * @param keysOnServer how many of its keys lie on the server; of an offline role, what starter mode means
     */
    public record Role(
            String repository,
            String role,
            long version,
            Instant expiresAt,
            int threshold,
            List<String> keys,
            boolean offline,
            int keysOnServer) {
        public Role {
            keys = List.copyOf(keys);
        }
    }

    static TrustStatus of(List<RoleStatus> images, RoleStatus director, Set<String> heldOffline, int openDrafts) {
        List<Role> roles = new ArrayList<>();
        images.forEach(status -> roles.add(role("images", status, heldOffline)));
        roles.add(role("director", director, heldOffline));
        boolean starter = roles.stream().anyMatch(role -> role.offline() && role.keysOnServer() > 0);
        return new TrustStatus(starter ? "starter" : "strict", roles, openDrafts);
    }

    private static Role role(String repository, RoleStatus status, Set<String> heldOffline) {
        boolean offline = !List.of("snapshot", "timestamp").contains(status.role())
                && !StarterKeys.ONLINE_ROLES.contains(status.role());
        int held = (int) status.keys().stream().filter(heldOffline::contains).count();
        return new Role(
                repository,
                status.role(),
                status.version(),
                status.expires(),
                status.threshold(),
                status.keys(),
                offline,
                offline ? held : status.keys().size());
    }
}

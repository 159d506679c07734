package dev.muster.control.trustrepo;

import dev.muster.trust.repository.RoleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Who signs what, and until when: the answer of {@code GET /trust/status}.
 *
 * @param mode {@code starter} while root and publisher keys lie on the server
 */
public record TrustStatus(String mode, List<Role> roles) {
    public TrustStatus {
        roles = List.copyOf(roles);
    }

    /** One role; {@code keys} are key ids, of which {@code threshold} must sign. */
    public record Role(
            String repository, String role, long version, Instant expiresAt, int threshold, List<String> keys) {
        public Role {
            keys = List.copyOf(keys);
        }
    }

    static TrustStatus starter(List<RoleStatus> images, RoleStatus director) {
        List<Role> roles = new ArrayList<>();
        images.forEach(status -> roles.add(role("images", status)));
        roles.add(role("director", director));
        return new TrustStatus("starter", roles);
    }

    private static Role role(String repository, RoleStatus status) {
        return new Role(
                repository, status.role(), status.version(), status.expires(), status.threshold(), status.keys());
    }
}

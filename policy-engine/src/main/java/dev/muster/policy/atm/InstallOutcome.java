package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import java.util.Optional;

/**
 * What came of an install or update.
 *
 * @param token the app's token; {@link AccessTokenId#INVALID} on failure
 * @param attributes 1 system app, 2 atomic service, 8 debug app
 * @param failure which permission was refused by which rule
 */
public record InstallOutcome(AtmCode code, AccessTokenId token, int attributes, Optional<Failure> failure) {
    /** Rules of admission. */
    public enum Rule {
        EDM,
        ACL,
        ENTERPRISE_NORMAL
    }

    /** The permission that failed. */
    public record Failure(String permission, Rule rule) {}

    static InstallOutcome failed(AtmCode code) {
        return new InstallOutcome(code, AccessTokenId.INVALID, 0, Optional.empty());
    }

    static InstallOutcome refused(Failure failure) {
        return new InstallOutcome(AtmCode.ERR_PERM_REQUEST_CFG_FAILED, AccessTokenId.INVALID, 0, Optional.of(failure));
    }
}

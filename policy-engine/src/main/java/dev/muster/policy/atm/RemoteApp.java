package dev.muster.policy.atm;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.token.AccessTokenId;
import java.util.Optional;

/**
 * Identity of a token on another device.
 *
 * @param version of its token, 1
 * @param dlpType 0 to 4, as in {@link AppInfo}
 * @param token its id there
 * @param apl level it was sent with; only the stricter admission looks at it, and takes none for normal
 */
public record RemoteApp(
        int version,
        int userId,
        String bundleName,
        int instIndex,
        int dlpType,
        AccessTokenId token,
        Optional<Apl> apl) {}

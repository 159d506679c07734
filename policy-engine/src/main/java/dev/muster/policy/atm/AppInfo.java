package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.FullTokenId;
import java.util.Optional;

/**
 * Who an app is, at install.
 *
 * @param dlpType 0 for an ordinary instance, 1 to 4 for document sandboxes
 * @param traits what an update may change
 * @param restore the id to take over from a backup; id 0 is refused
 */
public record AppInfo(
        int userId, String bundleName, int instIndex, int dlpType, Traits traits, Optional<AccessTokenId> restore) {
    /**
     * The part an update brings anew.
     *
     * @param appId 1 to 10,240 characters
     * @param apiVersion its last three decimal digits count
     * @param distributionType such as {@code app_gallery}, {@code enterprise_mdm}, {@code none}
     * @param provisionType {@code release} or {@code debug}
     */
    public record Traits(
            String appId,
            int apiVersion,
            boolean systemApp,
            boolean atomicService,
            String distributionType,
            String provisionType) {
        boolean isDebugProvision() {
            return provisionType.equals("debug");
        }

        /** Debug for the rules on who may ask for what. */
        boolean isDebugApp() {
            return isDebugProvision() || distributionType.equals("none");
        }

        int attributes() {
            return (systemApp ? FullTokenId.SYSTEM_APP : 0)
                    | (atomicService ? FullTokenId.ATOMIC_SERVICE : 0)
                    | (isDebugProvision() ? FullTokenId.DEBUG_APP : 0);
        }
    }
}

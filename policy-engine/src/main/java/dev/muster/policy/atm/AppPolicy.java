package dev.muster.policy.atm;

import dev.muster.policy.permission.Apl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an app asks for, and what its signed profile allows it to ask for.
 *
 * @param apl empty where the profile names none that is known
 * @param acls permissions lifted by the profile's access control list
 * @param aclValues values of permissions that carry one
 * @param preAuthorized permission to whether the user may cancel it
 * @param debugGrant grant everything to a debug app
 */
public record AppPolicy(
        Optional<Apl> apl,
        String domain,
        List<Request> requests,
        Set<String> acls,
        Map<String, String> aclValues,
        Map<String, Boolean> preAuthorized,
        boolean debugGrant) {
    public AppPolicy {
        requests = List.copyOf(requests);
        acls = Set.copyOf(acls);
        aclValues = Map.copyOf(aclValues);
        preAuthorized = Map.copyOf(preAuthorized);
    }

    /**
     * One requested permission.
     *
     * @param granted used by a raw install only
     * @param flags used by a raw install only
     * @param feature a device feature without which a system app loses the request; empty for none
     */
    public record Request(String permission, boolean granted, int flags, String feature) {
        public Request(String permission, boolean granted, int flags) {
            this(permission, granted, flags, "");
        }

        public static Request of(String permission) {
            return new Request(permission, false, 0);
        }
    }
}

package dev.muster.policy.atm;

import java.util.Set;

/**
 * Who asks for an operation.
 *
 * @param ordinaryApp an application without the system attribute
 * @param root a root service, for which the conditions of one-time grants are waived
 * @param trusted holds every permission but those in {@code lacks}; otherwise none
 * @param lacks permissions a trusted caller does not hold
 */
public record Caller(boolean ordinaryApp, boolean root, boolean trusted, Set<String> lacks) {
    static final String MANAGE_TOKENS = "ohos.permission.MANAGE_HAP_TOKENID";
    static final String GRANT = "ohos.permission.GRANT_SENSITIVE_PERMISSIONS";
    static final String REVOKE = "ohos.permission.REVOKE_SENSITIVE_PERMISSIONS";
    static final String GET = "ohos.permission.GET_SENSITIVE_PERMISSIONS";
    static final String MANAGE_EDM_POLICY = "ohos.permission.MANAGE_EDM_POLICY";
    static final String MANAGE_USER_POLICY = "ohos.permission.MANAGE_USER_POLICY";
    static final String TOGGLE_DIALOG = "ohos.permission.DISABLE_PERMISSION_DIALOG";

    /** A privileged root service. */
    public static final Caller ROOT = new Caller(false, true, true, Set.of());
    /** An authorised service that is not root. */
    public static final Caller SERVICE = new Caller(false, false, true, Set.of());
    /** An application without the system attribute. */
    public static final Caller ORDINARY_APP = new Caller(true, false, false, Set.of());
    /** A system application that holds none of the permissions. */
    public static final Caller SYSTEM_APP = new Caller(false, false, false, Set.of());

    public Caller {
        lacks = Set.copyOf(lacks);
    }

    boolean holds(String permission) {
        return trusted && !lacks.contains(permission);
    }

    /** What a system call answers before it looks at anything else. */
    AtmCode maySystemCall(String permission) {
        if (ordinaryApp) {
            return AtmCode.ERR_NOT_SYSTEM_APP;
        }
        return may(permission);
    }

    AtmCode may(String permission) {
        return holds(permission) ? AtmCode.OK : AtmCode.ERR_PERMISSION_DENIED;
    }
}

package dev.muster.policy.atm;

import java.util.Set;

/**
 * Who asks for an operation.
 *
 * @param kind what it is
 * @param lacks permissions a service does not hold; a root service needs none
 */
public record Caller(Kind kind, Set<String> lacks) {
    static final String MANAGE_TOKENS = "ohos.permission.MANAGE_HAP_TOKENID";
    static final String GRANT = "ohos.permission.GRANT_SENSITIVE_PERMISSIONS";
    static final String REVOKE = "ohos.permission.REVOKE_SENSITIVE_PERMISSIONS";
    static final String GET = "ohos.permission.GET_SENSITIVE_PERMISSIONS";
    static final String GRANT_TIMED = "ohos.permission.GRANT_SHORT_TERM_WRITE_MEDIAVIDEO";
    static final String MANAGE_EDM_POLICY = "ohos.permission.MANAGE_EDM_POLICY";
    static final String MANAGE_USER_POLICY = "ohos.permission.MANAGE_USER_POLICY";
    static final String TOGGLE_DIALOG = "ohos.permission.DISABLE_PERMISSION_DIALOG";
    static final String MANAGE_TOOLS = "ohos.permission.MANAGE_TOOL_TOKENID";

    /** What a caller can be. */
    public enum Kind {
        /** A privileged service, for which the conditions of one-time grants are waived. */
        ROOT,
        /** A service that holds every permission but those it lacks. */
        SERVICE,
        /** A system application that holds none of the permissions. */
        SYSTEM_APP,
        /** An application without the system attribute. */
        ORDINARY_APP,
        /** The developer's shell: none of the permissions, but it may grant to and revoke from debug apps. */
        SHELL
    }

    public static final Caller ROOT = new Caller(Kind.ROOT, Set.of());
    public static final Caller SERVICE = new Caller(Kind.SERVICE, Set.of());
    public static final Caller ORDINARY_APP = new Caller(Kind.ORDINARY_APP, Set.of());
    public static final Caller SYSTEM_APP = new Caller(Kind.SYSTEM_APP, Set.of());
    public static final Caller SHELL = new Caller(Kind.SHELL, Set.of());

    public Caller {
        lacks = Set.copyOf(lacks);
    }

    /** A service that holds all but one permission. */
    public static Caller serviceWithout(String permission) {
        return new Caller(Kind.SERVICE, Set.of(permission));
    }

    boolean isRoot() {
        return kind == Kind.ROOT;
    }

    boolean isShell() {
        return kind == Kind.SHELL;
    }

    boolean holds(String permission) {
        return switch (kind) {
            case ROOT -> true;
            case SERVICE -> !lacks.contains(permission);
            case SYSTEM_APP, ORDINARY_APP, SHELL -> false;
        };
    }

    /** What a call that only system applications may make answers before it looks at anything else. */
    AtmCode maySystemCall(String permission) {
        return kind == Kind.ORDINARY_APP ? AtmCode.ERR_NOT_SYSTEM_APP : may(permission);
    }

    AtmCode may(String permission) {
        return holds(permission) ? AtmCode.OK : AtmCode.ERR_PERMISSION_DENIED;
    }

    /** Calls of system services alone, which need no permission by name. */
    AtmCode mayAsService() {
        return switch (kind) {
            case ROOT, SERVICE -> AtmCode.OK;
            case SYSTEM_APP, ORDINARY_APP, SHELL -> AtmCode.ERR_PERMISSION_DENIED;
        };
    }
}

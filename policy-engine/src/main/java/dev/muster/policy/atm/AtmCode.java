package dev.muster.policy.atm;

/** What an operation answers: OpenHarmony's error names and numbers, as far as the engine answers them, or {@link #OK}. */
public enum AtmCode {
    OK(0),
    ERR_PERMISSION_DENIED(201),
    ERR_NOT_SYSTEM_APP(202),
    ERR_PARAM_INVALID(12100001),
    ERR_TOKEN_INVALID(12100002),
    ERR_TOKEN_MAP_FAILED(12100003),
    ERR_TOKENID_NOT_EXIST(12100004),
    ERR_TOKENID_HAS_EXISTED(12100005),
    ERR_TOKENID_CREATE_FAILED(12100006),
    ERR_PERMISSION_NOT_EXIST(12100007),
    ERR_IDENTITY_CHECK_FAILED(12100011),
    ERR_DEVICE_NOT_EXIST(12100014),
    ERR_OVERSIZE(12100016),
    ERR_PERM_REQUEST_CFG_FAILED(12100024),
    ERR_PERMISSION_WITHOUT_VALUE(12100031),
    ERR_PERMISSION_RESTRICTED(12100032),
    ERR_PERM_POLICY_ALREADY_SET_BY_OTHER(12100100),
    ERR_PERM_POLICY_NOT_SET(12100101),
    ERR_TOKENID_ALREADY_IN_POLICY_WHITELIST(12100102),
    ERR_TOKENID_NOT_IN_POLICY_WHITELIST(12100103),
    ERR_TOKENID_NOT_IN_POLICY_USERLIST(12100104),
    ERR_PERM_POLICY_PERSISTENCE_FLAG_NOT_MATCH(12100105),
    ERR_CAPABILITY_NOT_SUPPORT(12110000);

    private final int number;

    AtmCode(int number) {
        this.number = number;
    }

    /** OpenHarmony's number. */
    public int number() {
        return number;
    }

    public boolean isOk() {
        return this == OK;
    }
}

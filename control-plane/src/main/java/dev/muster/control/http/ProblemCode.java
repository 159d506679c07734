package dev.muster.control.http;

import java.util.Locale;

/** Every problem this server can answer. The code is stable: clients branch on it. */
public enum ProblemCode {
    INVALID_REQUEST(400, Category.USER, "The request is not valid"),
    INVALID_SELECTOR(400, Category.USER, "The device query is not valid"),
    INVALID_CURSOR(400, Category.USER, "The cursor is not one of ours"),
    POLICY_INVALID(400, Category.USER, "The policy is not valid"),
    SETTINGS_INVALID(400, Category.USER, "The settings are not valid"),
    FLEET_FILES_INVALID(400, Category.USER, "The files of the fleet are not valid"),
    BRIDGE_INVALID(400, Category.USER, "The bridge is not valid"),
    ALERT_RULE_INVALID(400, Category.USER, "The alert rule is not valid"),
    UPLOAD_INVALID(400, Category.USER, "The upload is not what was announced"),
    ARTIFACT_INVALID(400, Category.USER, "The artifact is not valid"),
    IMPORT_INVALID(400, Category.USER, "Some rows are not valid"),
    CSR_INVALID(400, Category.USER, "The certificate request is not valid"),
    NOT_AUTHENTICATED(401, Category.USER, "Log in first"),
    CERTIFICATE_REQUIRED(401, Category.USER, "A device certificate is required"),
    ENROLMENT_TOKEN_REFUSED(401, Category.USER, "The enrolment token is not valid"),
    FACTORY_REFUSED(401, Category.USER, "The factory certificate is not valid here"),
    FORBIDDEN(403, Category.USER, "Not allowed"),
    TENANT_SUSPENDED(403, Category.USER, "The tenant is suspended"),
    DEVICE_NOT_ACTIVE(403, Category.USER, "The device is not active"),
    ENROLMENT_REJECTED(403, Category.USER, "The enrolment was rejected"),
    NOT_FOUND(404, Category.USER, "There is no such thing"),
    DEVICE_NOT_FOUND(404, Category.USER, "There is no such device"),
    TENANT_NOT_FOUND(404, Category.USER, "There is no such tenant"),
    SITE_NOT_FOUND(404, Category.USER, "There is no such site"),
    VIEW_NOT_FOUND(404, Category.USER, "There is no such saved view"),
    GROUP_NOT_FOUND(404, Category.USER, "There is no such group"),
    ARTIFACT_NOT_FOUND(404, Category.USER, "There is no such artifact"),
    RELEASE_NOT_FOUND(404, Category.USER, "There is no such release"),
    ROLLOUT_NOT_FOUND(404, Category.USER, "There is no such rollout"),
    DELTA_NOT_FOUND(404, Category.USER, "There is no such delta"),
    FREEZE_NOT_FOUND(404, Category.USER, "There is no such freeze"),
    POLICY_NOT_FOUND(404, Category.USER, "There is no such policy document"),
    SETTINGS_NOT_FOUND(404, Category.USER, "There are no such settings"),
    COMMAND_NOT_FOUND(404, Category.USER, "There is no such command"),
    UPLOAD_NOT_FOUND(404, Category.USER, "There is no such upload"),
    ENROLMENT_TOKEN_NOT_FOUND(404, Category.USER, "There is no such enrolment token"),
    ENROLMENT_REQUEST_NOT_FOUND(404, Category.USER, "There is no such enrolment request"),
    ROLE_BINDING_NOT_FOUND(404, Category.USER, "There is no such role binding"),
    SERVICE_ACCOUNT_NOT_FOUND(404, Category.USER, "There is no such service account"),
    API_TOKEN_NOT_FOUND(404, Category.USER, "There is no such token"),
    ALERT_NOT_FOUND(404, Category.USER, "There is no such alert"),
    ALERT_RULE_NOT_FOUND(404, Category.USER, "There is no such alert rule"),
    ALERT_SILENCE_NOT_FOUND(404, Category.USER, "There is no such silence"),
    BRIDGE_NOT_FOUND(404, Category.USER, "There is no such bridge"),
    ALERT_CHANNEL_NOT_FOUND(404, Category.USER, "There is no such alert channel"),
    WEBHOOK_NOT_FOUND(404, Category.USER, "There is no such webhook"),
    HISTORY_NOT_FOUND(404, Category.USER, "No record reaches back to that time"),
    METADATA_NOT_FOUND(404, Category.USER, "There is no such metadata"),
    METHOD_NOT_ALLOWED(405, Category.USER, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, Category.USER, "No representation fits the request"),
    ALREADY_EXISTS(409, Category.CONFLICT, "It exists already"),
    CONFLICT(409, Category.CONFLICT, "The state does not allow this"),
    SECOND_PERSON_NEEDED(409, Category.CONFLICT, "Another person has to agree first"),
    QUOTA_EXCEEDED(409, Category.CONFLICT, "The tenant has no more room for this"),
    UPLOAD_OFFSET(409, Category.CONFLICT, "The upload goes on at another place"),
    POLICY_TESTS_FAILED(409, Category.CONFLICT, "Policy tests failed"),
    STALE(412, Category.CONFLICT, "Somebody else changed it meanwhile"),
    TOO_LARGE(413, Category.USER, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, Category.USER, "The media type is not supported"),
    RANGE_NOT_SATISFIABLE(416, Category.USER, "The range is not satisfiable"),
    POLICY_TOO_LARGE(422, Category.USER, "The policy does not fit into what devices keep"),
    TOO_MANY_REQUESTS(429, Category.USER, "Too many requests"),
    INTERNAL(500, Category.INTERNAL, "Something went wrong here"),
    UNAVAILABLE(503, Category.EXTERNAL, "Not available now"),
    TRUST_NOT_READY(503, Category.EXTERNAL, "The trust repositories are not ready");

    /** Who can do something about it; metrics count by it. */
    public enum Category {
        USER,
        CONFLICT,
        EXTERNAL,
        INTERNAL
    }

    private final int status;
    private final Category category;
    private final String title;

    ProblemCode(int status, Category category, String title) {
        this.status = status;
        this.category = category;
        this.title = title;
    }

    /** The stable code on the wire, such as {@code device-not-found}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Who can do something about it. */
    public Category category() {
        return category;
    }

    /** The same sentence for every occurrence. */
    public String title() {
        return title;
    }
}

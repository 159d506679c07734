package dev.muster.policy.permission;

/** Which kind of app a permission is meant for. The order is OpenHarmony's: 0 to 5. */
public enum AvailableType {
    NORMAL,
    SYSTEM,
    MDM,
    SYSTEM_AND_MDM,
    /** For system services only; a request of an application is dropped. */
    SERVICE,
    ENTERPRISE_NORMAL
}

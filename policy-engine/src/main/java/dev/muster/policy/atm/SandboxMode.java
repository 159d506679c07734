package dev.muster.policy.atm;

/** In which document sandboxes (DLP) a permission may be held. The order is OpenHarmony's: 0, 1, 2. */
public enum SandboxMode {
    /** In every sandbox. */
    ALL,
    /** In sandboxes with full control only: types 2 and 4. */
    FULL_CONTROL,
    /** Not in the plain sandboxes: types 1 and 2. */
    NONE;

    /** Whether a permission of this mode may be held by a token; type 0 is no sandbox. */
    boolean allows(int dlpType) {
        if (dlpType == 0) {
            return true;
        }
        return switch (this) {
            case ALL -> true;
            case FULL_CONTROL -> dlpType == 2 || dlpType == 4;
            case NONE -> dlpType != 1 && dlpType != 2;
        };
    }
}

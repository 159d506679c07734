package dev.muster.control.packages;

import java.util.List;

/**
 * What a package says about itself.
 *
 * @param bundle the app's name, the same in all its modules
 * @param module name of the module inside the app
 * @param versionCode the ordering key, 0 to 2^31-1
 * @param apl {@code normal}, {@code system_basic} or {@code system_core}; only a signed profile raises it
 * @param permissions requested, in the manifest's order, without repetition
 */
public record PackageInfo(
        Model model,
        String bundle,
        String module,
        long versionCode,
        String versionName,
        String apl,
        PackageSigner signer,
        List<String> permissions) {
    public PackageInfo {
        permissions = List.copyOf(permissions);
    }

    /** Which of the two application models the manifest follows. */
    public enum Model {
        /** {@code module.json}. */
        STAGE,
        /** {@code config.json}. */
        FA
    }
}

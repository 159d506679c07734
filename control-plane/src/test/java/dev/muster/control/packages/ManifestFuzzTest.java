package dev.muster.control.packages;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever bytes a manifest has: it is read, or refused with {@link PackageRefused}. */
class ManifestFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        read(PackageInfo.Model.STAGE, bytes);
        read(PackageInfo.Model.FA, bytes);
    }

    private static void read(PackageInfo.Model model, byte[] bytes) {
        try {
            PackageManifest.parse(model, bytes);
        } catch (PackageRefused refused) {
            return;
        }
    }
}

package dev.muster.control.packages;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever bytes a profile has inside its signature: it is read, or refused with {@link PackageRefused}. */
class ProfileFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        try {
            Profile.parse(bytes);
        } catch (PackageRefused refused) {
            return;
        }
    }
}

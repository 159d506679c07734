package dev.muster.control.packages;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;

/** Whatever bytes a sound package has as its signing block, behind doors that a random file never passes. */
class SigningBlockFuzzTest {
    private static final byte[] HAP = HapFiles.hap("com.example.drill", 7, "1", List.of());

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        PackageReaderFuzzTest.read(SignedHap.insert(HAP, bytes));
    }
}

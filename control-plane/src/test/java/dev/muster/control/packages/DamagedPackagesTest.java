package dev.muster.control.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signed package, damaged in one place: nothing of it may pass. */
class DamagedPackagesTest {
    private static final TestAuthority VENDOR = new TestAuthority("Vendor");
    private static final byte[] SIGNED = new SignedHap(
                    VENDOR.signer("developer"), VENDOR.signer("profiles"), "com.example.drill")
            .sign(HapFiles.hap("com.example.drill", 7, "1", List.of("ohos.permission.CAMERA")));

    @TempDir
    Path directory;

    @Test
    void noPackageIsVerifiedWithAnyOneBitTurned() throws IOException {
        for (int at = 0; at < SIGNED.length; at += 3) {
            byte[] damaged = SIGNED.clone();
            damaged[at] ^= (byte) (1 << at % 8);

            assertNotVerified(damaged, "bit " + at % 8 + " of byte " + at);
        }
    }

    @Test
    void noPackageIsReadThatIsCutOffAnywhere() throws IOException {
        for (int length = 0; length < SIGNED.length; length += 11) {
            assertNotVerified(Arrays.copyOf(SIGNED, length), "cut at " + length);
        }
    }

    private void assertNotVerified(byte[] damaged, String how) throws IOException {
        try {
            PackageInfo info = new PackageReader(
                            new KnownRoots(List.of(VENDOR.root())), false, Clock.systemUTC(), directory)
                    .read(Files.write(directory.resolve("package.hap"), damaged));
            // What is turned in certificates of the message that nobody needs changes neither content nor signer.
            if (info.signature() instanceof Signature.Unsigned) {
                fail("read as unsigned: " + how);
            }
            assertThat(info.versionCode()).as(how).isEqualTo(7);
            assertThat(info.permissions()).as(how).containsExactly("ohos.permission.CAMERA");
        } catch (PackageRefused refused) {
            assertThat(refused.code()).as(how).isNotNull();
        }
    }
}

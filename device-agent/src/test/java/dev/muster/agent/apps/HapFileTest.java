package dev.muster.agent.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HapFileTest {
    private static final String MANIFEST = Haps.moduleJson("com.example.pump", 3);

    @TempDir
    Path directory;

    @Test
    void readsTheManifestAndUnpacks() throws IOException {
        Path target = Files.createDirectory(directory.resolve("unpacked"));

        try (HapFile hap = new HapFile(Haps.checked(write(Haps.hap("com.example.pump", 3))))) {
            assertThat(hap.manifest().bundle()).isEqualTo("com.example.pump");
            assertThat(hap.manifest().versionCode()).isEqualTo(3);
            assertThat(hap.manifest().permissions()).containsExactly("ohos.permission.CAMERA");
            hap.unpack(target);
        }

        assertThat(target.resolve("ets/modules.abc")).hasContent("code of version 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "/etc/evil",
                "a\\..\\evil",
                "./x",
                "a//../b",
                "nul\u0000x",
                ".muster.json"
            })
    void refusesNamesThatLeaveTheDirectory(String name) throws IOException {
        Path file = write(Haps.zip(Map.of("module.json", MANIFEST, name, "x")));

        assertReason(file, "PackageUnsafe");
    }

    @Test
    void refusesANameThatOccursTwice() throws IOException {
        byte[] zip = Haps.zip(Map.of("module.json", MANIFEST, "fileA", "x", "fileB", "y"));
        String text = new String(zip, ISO_8859_1).replace("fileB", "fileA");

        assertReason(write(text.getBytes(ISO_8859_1)), "PackageUnsafe");
    }

    @Test
    void refusesAPackageWithoutManifest() throws IOException {
        assertReason(write(Haps.zip(Map.of("a", "b"))), "PackageInvalid");
    }

    @Test
    void refusesAManifestThatSaysNoVersion() throws IOException {
        assertReason(
                write(Haps.zip(Map.of("module.json", "{\"app\":{\"bundleName\":\"com.example.pump\"}}"))),
                "PackageInvalid");
    }

    @Test
    void refusesWhatIsNoZip() throws IOException {
        assertReason(write("not a zip".getBytes(ISO_8859_1)), "PackageCorrupt");
    }

    @Test
    void refusesATruncatedPackage() throws IOException {
        byte[] whole = Haps.hap("com.example.pump", 3);

        assertReason(write(java.util.Arrays.copyOf(whole, whole.length - 30)), "PackageCorrupt");
    }

    private static void assertReason(Path file, String reason) {
        assertThatThrownBy(() -> new HapFile(Haps.checked(file)).close())
                .isInstanceOfSatisfying(
                        BadPackageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("app.hap"), bytes);
    }
}

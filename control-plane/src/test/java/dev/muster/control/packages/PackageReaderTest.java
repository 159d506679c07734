package dev.muster.control.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageReaderTest {
    private final PackageReader reader = new PackageReader();

    @TempDir
    Path directory;

    @Test
    void readsAStageModelPackage() throws IOException {
        PackageInfo info = read(HapFiles.hap(
                "com.example.drill", 7, "1.7.0", List.of("ohos.permission.CAMERA", "ohos.permission.CAMERA")));

        assertThat(info)
                .isEqualTo(new PackageInfo(
                        PackageInfo.Model.STAGE,
                        "com.example.drill",
                        "entry",
                        7,
                        "1.7.0",
                        "normal",
                        new PackageSigner.Unknown(),
                        List.of("ohos.permission.CAMERA")));
        assertThat(info.signer().text()).isEqualTo("unknown signer");
    }

    @Test
    void readsAnFaModelPackage() throws IOException {
        PackageInfo info = read(HapFiles.zip(Map.of("config.json", HapFiles.utf8("""
                {"app":{"bundleName":"com.example.gauge","version":{"code":3,"name":"0.3"}},
                 "module":{"distro":{"moduleName":"main"},"reqPermissions":[{"name":"ohos.permission.INTERNET"}]}}"""))));

        assertThat(info.model()).isEqualTo(PackageInfo.Model.FA);
        assertThat(info.module()).isEqualTo("main");
        assertThat(info.permissions()).containsExactly("ohos.permission.INTERNET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "libs/../../x", "libs\\..\\x", "C:/x"})
    void refusesEntriesThatLeaveThePackage(String name) {
        assertRefused(with(name, new byte[1]), Code.UNSAFE_ENTRY, name);
    }

    @Test
    void refusesNamesThatDifferOnlyInCase() {
        assertRefused(with("MODULE.json", new byte[1]), Code.DUPLICATE_ENTRY, "MODULE.json");
    }

    @Test
    void refusesEntriesThatOccurTwice() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", HapFiles.utf8("{}"));
        entries.put("a", new byte[1]);
        entries.put("b", new byte[1]);
        assertRefused(renameEntry(HapFiles.zip(entries), 'b', 'a'), Code.DUPLICATE_ENTRY, "`a`");
    }

    @Test
    void refusesBombs() {
        assertRefused(with("bomb", new byte[96 << 20]), Code.TOO_LARGE, "bomb");
    }

    @Test
    void refusesAManifestThatDoesNotEnd() {
        byte[] manifest = new byte[(1 << 20) + 1];
        Arrays.fill(manifest, (byte) ' ');
        assertRefused(HapFiles.zip(Map.of("module.json", manifest)), Code.TOO_LARGE, "module.json");
    }

    @Test
    void refusesWhatIsNotAPackage() {
        assertRefused(HapFiles.utf8("#!/bin/sh"), Code.NOT_A_ZIP, "ZIP");
        assertRefused(HapFiles.zip(Map.of("readme", new byte[3])), Code.MANIFEST_MISSING, "module.json");
        byte[] whole = HapFiles.hap("com.example.drill", 7, "1", List.of());
        assertRefused(Arrays.copyOf(whole, whole.length - 30), Code.NOT_A_ZIP, "ZIP");
    }

    @Test
    void refusesManifestsThatNameNoProperBundleOrVersion() {
        assertRefused(HapFiles.hap("drill", 1, "1", List.of()), Code.MANIFEST_INVALID, "`drill`");
        assertRefused(HapFiles.hap("com.example.drill", 1L << 31, "1", List.of()), Code.MANIFEST_INVALID, "2147483648");
        assertRefused(
                HapFiles.zip(Map.of("module.json", HapFiles.utf8("{\"app\":{}}"))), Code.MANIFEST_INVALID, "module");
    }

    private static byte[] with(String name, byte[] content) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", HapFiles.utf8(HapFiles.moduleJson("com.example.drill", 1, "1", List.of())));
        entries.put(name, content);
        return HapFiles.zip(entries);
    }

    /** Changes the name in local header and central directory alike, as no tool would. */
    private static byte[] renameEntry(byte[] zip, char from, char to) {
        byte[] result = zip.clone();
        for (int i = 0; i + 46 < result.length; i++) {
            boolean local = result[i] == 'P' && result[i + 1] == 'K' && result[i + 2] == 3 && result[i + 3] == 4;
            boolean central = result[i] == 'P' && result[i + 1] == 'K' && result[i + 2] == 1 && result[i + 3] == 2;
            int name = i + (local ? 30 : 46);
            if ((local || central) && result[name] == from) {
                result[name] = (byte) to;
            }
        }
        return result;
    }

    private PackageInfo read(byte[] bytes) throws IOException {
        return reader.read(Files.write(directory.resolve("package.hap"), bytes));
    }

    private void assertRefused(byte[] bytes, Code code, String text) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(code))
                .hasMessageContaining(text);
    }
}

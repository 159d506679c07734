package dev.muster.control.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppPackTest {
    private static final String BUNDLE = "com.example.drill";
    private static final TestAuthority VENDOR = new TestAuthority("Vendor");
    private static final TestAuthority.Signer DEVELOPER = VENDOR.signer("developer");

    @TempDir
    Path directory;

    @Test
    void readsAllModulesOfAnAppAndLeavesNoScratchFile() throws IOException {
        PackageInfo app = read(pack(
                HapFiles.module(BUNDLE, "entry", "entry", 1, ""), HapFiles.module(BUNDLE, "lib", "shared", 1, "")));

        assertThat(app.format()).isEqualTo(PackageInfo.Format.APP_PACK);
        assertThat(app.bundle()).isEqualTo(BUNDLE);
        assertThat(app.modules()).extracting(PackageInfo.Module::name).containsExactly("entry", "lib");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void itsSignatureIsThatOfItsModules() throws IOException {
        PackageInfo app = read(pack(
                signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "entry", "entry", 1, "")),
                signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "lib", "shared", 1, ""))));

        assertThat(app.signature().verdict()).isEqualTo("verified");
        assertThat(app.profile()).isPresent();
    }

    @Test
    void refusesModulesOfTwoSigners() {
        assertRefused(
                pack(
                        signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "entry", "entry", 1, "")),
                        signed(VENDOR.signer("second"), "enterprise")
                                .sign(HapFiles.module(BUNDLE, "lib", "shared", 1, ""))),
                Code.SIGNER_DIFFERS,
                "signature");
        assertRefused(
                pack(
                        signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "entry", "entry", 1, "")),
                        HapFiles.module(BUNDLE, "lib", "shared", 1, "")),
                Code.SIGNER_DIFFERS,
                "unsigned");
    }

    @Test
    void refusesModulesOfTwoDistributionsOrProvisions() {
        byte[] entry = signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "entry", "entry", 1, ""));
        byte[] lib = HapFiles.module(BUNDLE, "lib", "shared", 1, "");
        assertRefused(
                pack(entry, signed(DEVELOPER, "app_gallery").sign(lib)), Code.DISTRIBUTION_DIFFERS, "app_gallery");
        assertRefused(
                pack(entry, signed(DEVELOPER, "enterprise").debug("AB").sign(lib)), Code.PROVISION_DIFFERS, "debug");
        assertRefused(
                pack(entry, signed(DEVELOPER, "enterprise").apl("system_core").sign(lib)),
                Code.SIGNER_DIFFERS,
                "privilege level");
    }

    @Test
    void refusesAModuleThatIsBroken() {
        byte[] broken = signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "lib", "shared", 1, ""));
        int end = SignedHap.le(broken).getInt(broken.length - 22 + 16);
        broken[end - 40] ^= 1;
        assertRefused(
                pack(signed(DEVELOPER, "enterprise").sign(HapFiles.module(BUNDLE, "entry", "entry", 1, "")), broken),
                Code.SIGNATURE_INVALID,
                "`lib-default.hap`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "com.example.other | 1 | ''                          | BUNDLE_DIFFERS",
                "com.example.drill | 2 | ''                          | VERSION_CODE_DIFFERS",
                "com.example.drill | 1 | '\"debug\":true,'             | DEBUG_DIFFERS",
                "com.example.drill | 1 | '\"bundleType\":\"shared\",'    | BUNDLE_TYPE_DIFFERS",
                "com.example.drill | 1 | '\"apiReleaseType\":\"Beta1\",' | API_DIFFERS",
                "com.example.drill | 1 | '\"minCompatibleVersionCode\":0,' | VERSION_CODE_DIFFERS",
            })
    void refusesModulesThatDisagree(String bundle, long versionCode, String more, Code code) {
        assertRefused(
                pack(
                        HapFiles.module(BUNDLE, "entry", "entry", 1, ""),
                        HapFiles.module(bundle, "lib", "shared", versionCode, more)),
                code,
                "`lib`");
    }

    @Test
    void refusesAModuleNameTwiceAndTwoEntriesForOneDeviceType() {
        assertRefused(
                pack(
                        HapFiles.module(BUNDLE, "entry", "entry", 1, ""),
                        HapFiles.module(BUNDLE, "entry", "shared", 1, "")),
                Code.MODULE_DUPLICATE,
                "`entry`");
        assertRefused(
                pack(
                        HapFiles.module(BUNDLE, "entry", "entry", 1, ""),
                        HapFiles.module(BUNDLE, "second", "entry", 1, "")),
                Code.DEVICE_TYPES_OVERLAP,
                "`default`");
    }

    @Test
    void refusesAMissingDependency() {
        byte[] needy = HapFiles.zip(Map.of("module.json", HapFiles.utf8("""
                {"app":{"bundleName":"com.example.drill","versionCode":1,"versionName":"1"},
                 "module":{"name":"entry","type":"entry","deviceTypes":["default"],
                  "dependencies":[{"moduleName":"gone"},{"bundleName":"com.example.else","moduleName":"there"}]}}""")));
        Map<String, byte[]> modules = new LinkedHashMap<>();
        modules.put("entry", needy);

        assertRefused(HapFiles.appPack(BUNDLE, 1, modules), Code.DEPENDENCY_MISSING, "`gone`");
    }

    @Test
    void refusesAPackInfoThatSaysSomethingElse() {
        Map<String, byte[]> modules = new LinkedHashMap<>();
        modules.put("entry", HapFiles.module(BUNDLE, "entry", "entry", 1, ""));
        assertRefused(HapFiles.appPack(BUNDLE, 2, modules), Code.PACK_INFO_INVALID, "version code");
        assertRefused(HapFiles.appPack("com.example.other", 1, modules), Code.PACK_INFO_INVALID, "bundle name");
        Map<String, byte[]> misnamed = new LinkedHashMap<>();
        misnamed.put("other", HapFiles.module(BUNDLE, "entry", "entry", 1, ""));
        assertRefused(HapFiles.appPack(BUNDLE, 1, misnamed), Code.PACK_INFO_INVALID, "modules");
    }

    private static SignedHap signed(TestAuthority.Signer signer, String distribution) {
        return new SignedHap(signer, VENDOR.signer("profiles"), BUNDLE).distribution(distribution);
    }

    private static byte[] pack(byte[] first, byte[] second) {
        Map<String, byte[]> modules = new LinkedHashMap<>();
        modules.put("entry", first);
        modules.put("lib", second);
        return HapFiles.appPack(BUNDLE, 1, modules);
    }

    private PackageInfo read(byte[] bytes) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC);
        return new PackageReader(new KnownRoots(List.of(VENDOR.root())), false, clock, directory)
                .read(Files.write(directory.resolve("package.app"), bytes));
    }

    private void assertRefused(byte[] bytes, Code code, String text) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(code))
                .hasMessageContaining(text);
    }
}

package dev.muster.control.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageReaderTest {
    @TempDir
    Path directory;

    @Test
    void readsAStageModelPackage() throws IOException {
        PackageInfo info = read(HapFiles.hap(
                "com.example.drill", 7, "1.7.0", List.of("ohos.permission.CAMERA", "ohos.permission.CAMERA")));

        assertThat(info.format()).isEqualTo(PackageInfo.Format.HAP);
        assertThat(info.bundle()).isEqualTo("com.example.drill");
        assertThat(info.versionCode()).isEqualTo(7);
        assertThat(info.versionName()).isEqualTo("1.7.0");
        assertThat(info.minApi()).isEqualTo(12);
        assertThat(info.deviceTypes()).containsExactly("default", "tablet");
        assertThat(info.permissions()).containsExactly("ohos.permission.CAMERA");
        assertThat(info.signature()).isEqualTo(new Signature.Unsigned());
        assertThat(info.profile()).isEmpty();
    }

    @Test
    void readsAnFaModelPackage() throws IOException {
        PackageInfo info = read(HapFiles.zip(Map.of("config.json", HapFiles.utf8("""
                {"app":{"bundleName":"com.example.gauge","version":{"code":3,"name":"0.3"}},
                 "module":{"distro":{"moduleName":"main"},"reqPermissions":[{"name":"ohos.permission.INTERNET"}]}}"""))));

        assertThat(info.model()).isEqualTo(PackageInfo.Model.FA);
        assertThat(info.modules()).extracting(PackageInfo.Module::name).containsExactly("main");
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
    void refusesAnEntryThatUnpacksToMoreThanItAnnounces() {
        byte[] zip = with("ets/modules.abc", new byte[5000]);
        patchSize(zip, "ets/modules.abc", 4000);
        assertRefused(zip, Code.CORRUPT_ENTRY, "more than the 4000 bytes");
    }

    @Test
    void refusesAnEntryWhoseBytesWereChanged() {
        byte[] zip = stored("libs/arm64/libx.so", new byte[] {1, 2, 3});
        zip[30 + "libs/arm64/libx.so".length()] ^= 1;
        assertRefused(zip, Code.CORRUPT_ENTRY, "CRC");
    }

    @Test
    void refusesALocalHeaderThatNamesAnotherFile() {
        byte[] zip = with("safe", new byte[1]);
        int local = find(zip, 0x04034b50, "safe");
        zip[local + 30] = 'X';
        assertRefused(zip, Code.HEADERS_DIFFER, "safe");
    }

    @Test
    void refusesEntriesThatOverlap() {
        byte[] zip = stored("a", new byte[] {1, 2, 3});
        byte[] twice = SignedHap.insert(zip, new byte[0]);
        int central = find(twice, 0x02014b50, "a");
        // Both names now stand for the same bytes of the file.
        int other = find(twice, 0x02014b50, "module.json");
        SignedHap.le(twice).putInt(other + 42, SignedHap.le(twice).getInt(central + 42));
        assertRefused(twice, Code.HEADERS_DIFFER, "module.json");
        assertRefused(overlapping(), Code.OVERLAPPING, "overlaps");
    }

    @Test
    void refusesBytesBeforeTheFirstEntry() {
        byte[] zip = HapFiles.hap("com.example.drill", 7, "1", List.of());
        byte[] prefixed = new byte[zip.length + 8];
        System.arraycopy(zip, 0, prefixed, 8, zip.length);
        assertRefused(prefixed, Code.OVERLAPPING, "central directory");
    }

    @Test
    void refusesASecondEndRecord() {
        byte[] zip = HapFiles.hap("com.example.drill", 7, "1", List.of());
        byte[] twice = Arrays.copyOf(zip, zip.length + 22);
        System.arraycopy(zip, zip.length - 22, twice, zip.length, 22);
        SignedHap.le(twice).putShort(zip.length - 2, (short) 22);
        assertRefused(twice, Code.NOT_A_ZIP, "several");
    }

    @Test
    void refusesZip64AndEncryption() {
        byte[] zip64 = HapFiles.hap("com.example.drill", 7, "1", List.of());
        SignedHap.le(zip64).putInt(zip64.length - 22 + 16, -1);
        assertRefused(zip64, Code.UNSUPPORTED_ZIP, "ZIP64");
        byte[] encrypted = HapFiles.hap("com.example.drill", 7, "1", List.of());
        encrypted[find(encrypted, 0x02014b50, "module.json") + 8] |= 1;
        assertRefused(encrypted, Code.UNSUPPORTED_ZIP, "encrypted");
    }

    @Test
    void refusesANameThatIsBothFileAndDirectory() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", HapFiles.utf8(HapFiles.moduleJson("com.example.drill", 1, "1", List.of())));
        entries.put("module.json/x", new byte[1]);
        assertRefused(HapFiles.zip(entries), Code.DUPLICATE_ENTRY, "both");
    }

    @Test
    void refusesAPackageWithTwoManifests() {
        assertRefused(with("config.json", HapFiles.utf8("{}")), Code.MANIFEST_INVALID, "both");
    }

    @Test
    void refusesAStaticLibrary() {
        assertRefused(HapFiles.module("com.example.drill", "lib", "har", 1, ""), Code.MANIFEST_INVALID, "`har`");
    }

    @Test
    void readsASharedLibrary() throws IOException {
        PackageInfo info = read(HapFiles.module("com.example.drill", "lib", "shared", 1, ""));

        assertThat(info.format()).isEqualTo(PackageInfo.Format.HSP);
    }

    @Test
    void refusesWhatIsNotAPackage() {
        assertRefused(HapFiles.utf8("#!/bin/sh"), Code.NOT_A_ZIP, "ZIP");
        assertRefused(HapFiles.zip(Map.of("readme", new byte[3])), Code.MANIFEST_MISSING, "module.json");
        byte[] whole = HapFiles.hap("com.example.drill", 7, "1", List.of());
        assertRefused(Arrays.copyOf(whole, whole.length - 30), Code.NOT_A_ZIP, "ZIP");
        assertRefused(new byte[0], Code.NOT_A_ZIP, "ZIP");
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

    /** Changes the announced size everywhere, as an attacker would. */
    private static void patchSize(byte[] zip, String name, int size) {
        int central = find(zip, 0x02014b50, name);
        SignedHap.le(zip).putInt(central + 24, size);
        for (int i = 0; i + 16 < zip.length; i++) {
            if (SignedHap.le(zip).getInt(i) == 0x08074b50
                    && SignedHap.le(zip).getInt(i + 4) == SignedHap.le(zip).getInt(central + 16)) {
                SignedHap.le(zip).putInt(i + 12, size);
            }
        }
    }

    private static int find(byte[] zip, int mark, String name) {
        int header = mark == 0x02014b50 ? 46 : 30;
        for (int i = 0; i + header + name.length() <= zip.length; i++) {
            if (SignedHap.le(zip).getInt(i) == mark
                    && new String(zip, i + header, name.length(), StandardCharsets.US_ASCII).equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static byte[] stored(String name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry(name);
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(content);
            zip.putNextEntry(new ZipEntry("module.json"));
            zip.write(HapFiles.utf8(HapFiles.moduleJson("com.example.drill", 1, "1", List.of())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The bytes of the first entry are a whole entry themselves, and the directory names it, too. */
    private static byte[] overlapping() {
        byte[] inner = stored("b", new byte[] {7});
        byte[] local = Arrays.copyOf(inner, 32);
        byte[] zip = stored("a", local);
        int directory = find(zip, 0x02014b50, "a");
        byte[] entry = Arrays.copyOfRange(inner, find(inner, 0x02014b50, "b"), find(inner, 0x02014b50, "b") + 47);
        SignedHap.le(entry).putInt(42, 31);
        byte[] result = new byte[zip.length + entry.length];
        System.arraycopy(zip, 0, result, 0, directory);
        System.arraycopy(entry, 0, result, directory, entry.length);
        System.arraycopy(zip, directory, result, directory + entry.length, zip.length - directory);
        int end = result.length - 22;
        SignedHap.le(result).putShort(end + 8, (short) 3);
        SignedHap.le(result).putShort(end + 10, (short) 3);
        SignedHap.le(result).putInt(end + 12, SignedHap.le(result).getInt(end + 12) + entry.length);
        return result;
    }

    private PackageInfo read(byte[] bytes) throws IOException {
        PackageReader reader = new PackageReader(new KnownRoots(List.of()), false, Clock.systemUTC(), directory);
        return reader.read(Files.write(directory.resolve("package.hap"), bytes));
    }

    private void assertRefused(byte[] bytes, Code code, String text) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(code))
                .hasMessageContaining(text);
    }
}

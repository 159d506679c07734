package dev.muster.control.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.control.packages.Signature;
import dev.muster.control.packages.TestAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtaReaderTest {
    private static final TestAuthority VENDOR = new TestAuthority("Vendor");
    private static final TestAuthority.Signer SIGNER =
            VENDOR.signer("ota", "RSA", TestAuthority.BEGIN, Duration.ofDays(3650));

    /** Where the header ends and the hash TLV begins, with four components. */
    private static final int HEADER = 4 + 136 + 4 + 32 + 4 + 4 * 87 + 16;

    @TempDir
    Path directory;

    @Test
    void readsWhatAFullPackageSays() throws IOException {
        OtaPackage ota = read(new SignedOta(SIGNER).sign(), VENDOR.root()).orElseThrow();

        assertThat(ota.softwareVersion()).isEqualTo("OpenHarmony 4.1.7.5");
        assertThat(ota.productId()).isEqualTo("rk3568-update");
        assertThat(ota.made()).isEqualTo("2026-05-01 10:00:00");
        assertThat(ota.boards()).containsExactly("rk3568");
        assertThat(ota.versions()).containsExactly("OpenHarmony 4.1.7.4");
        assertThat(ota.isDiff()).isFalse();
        assertThat(ota.components())
                .extracting(OtaPackage.Component::address)
                .containsExactly("/version_list", "/board_list", "/system", "/vendor");
        OtaPackage.Component vendor = ota.components().getLast();
        assertThat(vendor.size()).isEqualTo(12);
        assertThat(vendor.sha256())
                .isEqualTo(HexFormat.of().formatHex(SignedOta.sha256("vendor image".getBytes(StandardCharsets.UTF_8))));
        assertThat(ota.signature()).isInstanceOf(Signature.Verified.class);
    }

    @Test
    void readsADiffPackage() throws IOException {
        OtaPackage ota =
                read(new SignedOta(SIGNER).diff().sign(), VENDOR.root()).orElseThrow();

        assertThat(ota.isDiff()).isTrue();
    }

    @Test
    void readsPackagesOfMiniSystemsOfOlderToolsAndWithoutHashes() throws IOException {
        for (SignedOta ota : List.of(
                new SignedOta(SIGNER).mini(),
                new SignedOta(SIGNER).older(),
                new SignedOta(SIGNER).withoutHashes(),
                new SignedOta(SIGNER).reserved(),
                new SignedOta(SIGNER).cmsContent())) {
            assertThat(read(ota.sign(), VENDOR.root()).orElseThrow().signature())
                    .isInstanceOf(Signature.Verified.class);
        }
    }

    @Test
    void aSignerThatNobodyRegisteredIsUnknown() throws IOException {
        OtaPackage ota = read(new SignedOta(SIGNER).sign()).orElseThrow();

        assertThat(ota.signature())
                .isInstanceOfSatisfying(Signature.UnknownSigner.class, unknown -> assertThat(unknown.signer())
                        .isEqualTo("CN=ota"));
    }

    @Test
    void aBareUpdateBinIsVerifiedByARegisteredKeyAndUnknownWithoutOne() throws IOException {
        byte[] bare = new SignedOta(SIGNER).updateBin();

        assertThat(read(bare, SIGNER.certificate()).orElseThrow().signature()).isInstanceOf(Signature.Verified.class);
        assertThat(read(bare, VENDOR.root()).orElseThrow().signature().verdict())
                .isEqualTo("unknown-signer");
    }

    @Test
    void anUnsignedZipAroundASignedUpdateBinSaysWhoTheKeyBelongsTo() throws IOException {
        SignedOta ota = new SignedOta(SIGNER);

        assertThat(read(ota.zip(ota.updateBin()), SIGNER.certificate())
                        .orElseThrow()
                        .signature())
                .isInstanceOf(Signature.Verified.class);
    }

    @Test
    void whatDoesNotBeginLikeAPackageIsNone() throws IOException {
        assertThat(read("an image".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read("PK\003\004 something else that is long enough".getBytes(StandardCharsets.ISO_8859_1)))
                .isEmpty();
    }

    @Test
    void refusesAPackageThatIsCutOff() {
        byte[] signed = new SignedOta(SIGNER).sign();

        assertRefused(Arrays.copyOf(signed, signed.length - 40), Code.NOT_A_ZIP, "end record");
        byte[] bare = new SignedOta(SIGNER).updateBin();
        assertRefused(Arrays.copyOf(bare, bare.length - 1), Code.OTA_TRUNCATED, "bytes of components");
        assertRefused(Arrays.copyOf(bare, 100), Code.OTA_TRUNCATED, "found its end at 100");
    }

    @Test
    void refusesBytesAfterTheLastComponent() {
        byte[] bare = new SignedOta(SIGNER).updateBin();

        assertRefused(Arrays.copyOf(bare, bare.length + 1), Code.OTA_INVALID, "after the last component");
    }

    @Test
    void refusesAComponentWhoseBytesWereChanged() {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        bare[bare.length - 1] ^= 1;
        assertRefused(bare, Code.OTA_DIGEST_DIFFERS, "`/vendor`");

        byte[] plain = new SignedOta(SIGNER).withoutHashes().updateBin();
        plain[plain.length - 1] ^= 1;
        assertRefused(plain, Code.OTA_DIGEST_DIFFERS, "`/vendor`");
    }

    @Test
    void refusesAFileThatWasChangedAfterSigning() {
        SignedOta ota = new SignedOta(SIGNER);
        byte[] zip = ota.zip(ota.updateBin());
        byte[] other = ota.zip(new SignedOta(SIGNER).version("9").updateBin());
        byte[] signed = ota.signFile(zip);
        byte[] moved = Arrays.copyOf(other, other.length + signed.length - zip.length);
        System.arraycopy(signed, zip.length - 2, moved, other.length - 2, signed.length - zip.length + 2);

        assertRefused(moved, Code.OTA_DIGEST_DIFFERS, "whole-file signature");
    }

    @Test
    void refusesAHeaderThatSomebodyElseSigned() {
        TestAuthority.Signer other = VENDOR.signer("other", "RSA", TestAuthority.BEGIN, Duration.ofDays(3650));
        SignedOta outer = new SignedOta(SIGNER);

        assertRefused(
                outer.signFile(outer.zip(new SignedOta(other).updateBin())),
                Code.OTA_SIGNATURE_INVALID,
                "signature of its header");
    }

    @Test
    void refusesAWholeFileSignatureThatDoesNotVerify() {
        byte[] signed = new SignedOta(SIGNER).sign();
        signed[signed.length - 7] ^= 1;

        assertRefused(signed, Code.OTA_SIGNATURE_INVALID, "does not verify");
    }

    @Test
    void refusesAFooterThatNamesAnotherLength() {
        byte[] signed = new SignedOta(SIGNER).sign();
        signed[signed.length - 6] ^= 1;
        assertRefused(signed, Code.OTA_SIGNATURE_INVALID, "whole-file signature");

        byte[] unflagged = new SignedOta(SIGNER).sign();
        unflagged[unflagged.length - 4] = 0;
        assertRefused(unflagged, Code.OTA_SIGNATURE_INVALID, "footer");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, OTA_INVALID, expected 136 bytes",
        "140, 3, OTA_INVALID, part of type 2",
        "142, 31, OTA_INVALID, expected 32 bytes",
        "178, 88, OTA_INVALID, 87 bytes each",
        "178, 0, OTA_INVALID, 87 bytes each",
        "4, 1, OTA_INVALID, that it says",
    })
    void refusesPartsOfOtherLengths(int at, int value, Code code, String text) {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        le(bare).putShort(at, (short) value);
        if (at == 2) {
            // By its first four bytes it would be no package at all, so it stands in a ZIP.
            assertRefused(new SignedOta(SIGNER).zip(bare), code, text);
        } else {
            assertRefused(bare, code, text);
        }
    }

    @Test
    void refusesAComponentOfAnUnknownTypeAndOneThatOccursTwice() {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        bare[180 + 32 + 4] = 7;
        assertRefused(bare, Code.OTA_INVALID, "type 0 or 1");

        byte[] twice = new SignedOta(SIGNER).updateBin();
        System.arraycopy(twice, 180, twice, 180 + 87, 32);
        assertRefused(twice, Code.OTA_INVALID, "again");
    }

    @Test
    void refusesSizesThatDoNotFitTheFile() {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        le(bare).putInt(180 + 32 + 5 + 10, -1);

        assertRefused(bare, Code.OTA_TRUNCATED, "bytes of components");
    }

    @Test
    void refusesHashesThatOverlapOrEndEarly() {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        int first = HEADER + 16 + 6;
        le(bare).putInt(first + 38, 1);
        assertRefused(bare, Code.OTA_INVALID, "expected a hash from byte 0 on");

        byte[] shorter = new SignedOta(SIGNER).updateBin();
        le(shorter).putInt(first + 42, 3);
        assertRefused(shorter, Code.OTA_INVALID, "found them of 4");

        byte[] count = new SignedOta(SIGNER).updateBin();
        le(count).putShort(HEADER + 6 + 4, (short) 9);
        assertRefused(count, Code.OTA_TRUNCATED, "in the middle");
    }

    @Test
    void refusesHashTablesThatAreTooLargeOrOfAnotherKind() {
        byte[] large = new SignedOta(SIGNER).updateBin();
        le(large).putInt(HEADER + 16 + 2, Integer.MAX_VALUE);
        assertRefused(large, Code.OTA_INVALID, "hashes of the components");

        byte[] sha512 = new SignedOta(SIGNER).updateBin();
        le(sha512).putShort(HEADER + 6, (short) 3);
        assertRefused(sha512, Code.OTA_INVALID, "SHA-256");
    }

    @Test
    void refusesAListThatIsTooLarge() {
        assertRefused(
                new SignedOta(SIGNER)
                        .component("/board_list", new byte[100_000])
                        .updateBin(),
                Code.OTA_TOO_LARGE,
                "/board_list");
    }

    @Test
    void refusesTheStreamingForm() {
        byte[] bare = new SignedOta(SIGNER).updateBin();
        le(bare).putShort(0, (short) 0xaa);

        assertRefused(new SignedOta(SIGNER).zip(bare), Code.OTA_UNSUPPORTED, "streaming");
    }

    @Test
    void refusesAZipWithoutBuildTools() throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
            zip.putNextEntry(new java.util.zip.ZipEntry("update.bin"));
            zip.write(1);
        }

        assertRefused(bytes.toByteArray(), Code.OTA_INVALID, "build_tools.zip");
    }

    @Test
    void refusesAnUnsignedPackageWhereSignaturesAreRequired() throws IOException {
        byte[] unsigned = new SignedOta(SIGNER).older().updateBin();
        Arrays.fill(unsigned, HEADER, HEADER + 640, (byte) 0);
        assertThat(read(unsigned).orElseThrow().signature()).isEqualTo(new Signature.Unsigned());

        Path file = Files.write(directory.resolve("ota"), unsigned);
        OtaReader strict = new OtaReader(new KnownRoots(List.of()), true, Clock.systemUTC());
        assertThatThrownBy(() -> strict.read(file))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(Code.OTA_UNSIGNED));
    }

    private static ByteBuffer le(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Optional<OtaPackage> read(byte[] bytes, X509Certificate... known) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC);
        return new OtaReader(new KnownRoots(List.of(known)), false, clock)
                .read(Files.write(directory.resolve("ota.zip"), bytes));
    }

    private void assertRefused(byte[] bytes, Code code, String text) {
        assertThatThrownBy(() -> read(bytes, VENDOR.root()))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(code))
                .hasMessageContaining(text);
    }
}

package dev.muster.control.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.policy.permission.Apl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages signed by a vendor of the test's own making, and every way in which one can be broken. */
class SignedPackageTest {
    private static final String BUNDLE = "com.example.drill";
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final TestAuthority VENDOR = new TestAuthority("Vendor");
    private static final TestAuthority.Signer DEVELOPER = VENDOR.signer("developer");
    private static final TestAuthority.Signer PROFILES = VENDOR.signer("profiles");
    private static final byte[] HAP = HapFiles.hap(BUNDLE, 7, "1", List.of("ohos.permission.CAMERA"));

    @TempDir
    Path directory;

    @Test
    void verifiesAPackageOfAKnownVendorAndTakesItsRightsFromTheProfile() throws IOException {
        byte[] signed = hap().apl("system_basic")
                .acls("ohos.permission.MANAGE_WIFI_CONNECTION")
                .distribution("enterprise_mdm")
                .profile("app-services-capabilities", Map.of("ohos.permission.X", Map.of("a", 1)))
                .sign(HAP);

        PackageInfo info = read(signed, VENDOR);

        assertThat(info.signature()).isInstanceOfSatisfying(Signature.Verified.class, verified -> {
            assertThat(verified.signer()).isEqualTo("CN=developer");
            assertThat(verified.certificateSha256()).isEqualTo(SignatureReader.sha256(DEVELOPER.certificate()));
            assertThat(verified.root()).isEqualTo("CN=Vendor Root");
        });
        Profile profile = info.profile().orElseThrow();
        assertThat(profile.apl()).isEqualTo(Apl.SYSTEM_BASIC);
        assertThat(profile.acls()).containsExactly("ohos.permission.MANAGE_WIFI_CONNECTION");
        assertThat(profile.distribution()).isEqualTo("enterprise_mdm");
        assertThat(profile.aclValues()).containsEntry("ohos.permission.X", "{\"a\":1}");
        assertThat(profile.debug()).isFalse();
    }

    @Test
    void whatWasKeptOfASignatureIsEnoughToJudgeItWhenOtherVendorsAreKnown() throws IOException {
        TestAuthority store = new TestAuthority("Profile Store");
        Signature found = read(new SignedHap(DEVELOPER, store.signer("profiles"), BUNDLE).sign(HAP))
                .signature();
        assertThat(found).isInstanceOf(Signature.UnknownSigner.class);

        Signature vendorOnly = found.judgedBy(new KnownRoots(List.of(VENDOR.root())));
        Signature both = found.judgedBy(new KnownRoots(List.of(VENDOR.root(), store.root())));

        assertThat(vendorOnly).isEqualTo(found);
        assertThat(both).isInstanceOfSatisfying(Signature.Verified.class, verified -> assertThat(verified.root())
                .isEqualTo("CN=Vendor Root"));
        assertThat(both.judgedBy(new KnownRoots(List.of()))).isEqualTo(found);
        assertThat(new Signature.Unsigned().judgedBy(new KnownRoots(List.of(VENDOR.root()))))
                .isEqualTo(new Signature.Unsigned());
    }

    @Test
    void aSoundChainToARootThatNobodyRegisteredIsAnUnknownSigner() throws IOException {
        byte[] signed = hap().sign(HAP);

        assertThat(read(signed).signature())
                .isInstanceOfSatisfying(Signature.UnknownSigner.class, unknown -> assertThat(unknown.root())
                        .isEqualTo("CN=Vendor Root"));
        assertThat(read(signed, new TestAuthority("Vendor")).signature().verdict())
                .isEqualTo("unknown-signer");
    }

    @Test
    void aProfileOfSomebodyUnknownMakesAKnownSignerUnknown() throws IOException {
        byte[] signed = hap().profileSigner(new TestAuthority("Other").signer("profiles"))
                .apl("system_core")
                .sign(HAP);

        assertThat(read(signed, VENDOR).signature().verdict()).isEqualTo("unknown-signer");
    }

    @ParameterizedTest
    @CsvSource({
        "0x201, SHA-256, SHA256withECDSA, EC",
        "0x202, SHA-384, SHA384withECDSA, EC",
        "0x203, SHA-512, SHA512withECDSA, EC",
        "0x104, SHA-256, SHA256withRSA, RSA",
        "0x105, SHA-256, SHA384withRSA, RSA",
        "0x101, SHA-256, SHA256withRSAandMGF1, RSA",
    })
    void readsEveryAlgorithm(int id, String digest, String signature, String key) throws IOException {
        TestAuthority.Signer signer = VENDOR.signer("of " + key, key, TestAuthority.BEGIN, Duration.ofDays(3650));
        byte[] signed = new SignedHap(signer, PROFILES, BUNDLE)
                .algorithm(id, digest, signature)
                .sign(HAP);

        assertThat(read(signed, VENDOR).signature().verdict()).isEqualTo("verified");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsBothVersionsOfTheSchemeAndEveryOptionalBlock(int version) throws IOException {
        byte[] signed = hap().scheme(version).property(new byte[3 << 20]).sign(HAP);

        assertThat(read(signed, VENDOR).signature().verdict()).isEqualTo("verified");
    }

    @Test
    void digestsPackagesOfSeveralChunks() throws IOException {
        byte[] code = new byte[(5 << 20) + 17];
        new Random(1).nextBytes(code);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", HapFiles.utf8(HapFiles.moduleJson(BUNDLE, 1, "1", List.of())));
        entries.put("ets/modules.abc", code);

        assertThat(read(hap().sign(HapFiles.zip(entries)), VENDOR).signature().verdict())
                .isEqualTo("verified");
    }

    @Test
    void aCertificateThatEndedAfterSigningStillCounts() throws IOException {
        TestAuthority.Signer shortLived =
                VENDOR.signer("short", "EC", Instant.now(Clock.systemUTC()).minusSeconds(3600), Duration.ofDays(2));
        byte[] signed = new SignedHap(shortLived, PROFILES, BUNDLE).sign(HAP);

        assertThat(read(signed, Clock.offset(Clock.systemUTC(), Duration.ofDays(30)), VENDOR)
                        .signature()
                        .verdict())
                .isEqualTo("verified");
    }

    @Test
    void refusesACertificateThatWasNotValidWhenItSigned() {
        TestAuthority.Signer ended = VENDOR.signer("ended", "EC", TestAuthority.BEGIN, Duration.ofDays(1));

        assertRefused(new SignedHap(ended, PROFILES, BUNDLE).sign(HAP), Code.SIGNATURE_INVALID, 9568329, "valid chain");
    }

    @Test
    void refusesACertificateOfOneWhoMayMakeNone() {
        TestAuthority.Signer below = VENDOR.signerBelow(DEVELOPER);

        assertRefused(new SignedHap(below, PROFILES, BUNDLE).sign(HAP), Code.SIGNATURE_INVALID, 9568329, "valid chain");
    }

    @Test
    void refusesAnUnsignedPackageWhereSignaturesAreRequired() throws IOException {
        Path file = Files.write(directory.resolve("package.hap"), HAP);
        PackageReader strict =
                new PackageReader(new KnownRoots(List.of()), true, Clock.fixed(NOW, ZoneOffset.UTC), directory);

        assertThatThrownBy(() -> strict.read(file)).isInstanceOfSatisfying(PackageRefused.class, refused -> {
            assertThat(refused.code()).isEqualTo(Code.UNSIGNED);
            assertThat(refused.code().installerCode()).hasValue(9568320);
        });
    }

    @Test
    void refusesContentsThatWereChangedAfterSigning() {
        byte[] signed = hap().sign(HAP);
        byte[] other = HapFiles.hap(BUNDLE, 8, "1", List.of("ohos.permission.CAMERA"));
        int directoryOfHap = SignedHap.le(HAP).getInt(HAP.length - 22 + 16);
        int block = signed.length - HAP.length;
        byte[] moved =
                SignedHap.insert(other, java.util.Arrays.copyOfRange(signed, directoryOfHap, directoryOfHap + block));

        assertRefused(moved, Code.DIGEST_DIFFERS, 9568323, "SHA-256");
    }

    @Test
    void refusesAProfileThatWasPutInAfterSigning() {
        byte[] mild = hap().profileMessage();
        byte[] bold = hap().apl("system_core").profileMessage();
        // Same signature, other profile: it is under the digest, though in no chunk.
        byte[] signed = hap().sign(HAP, mild);
        int at = indexOf(signed, mild);
        byte[] signature = signature(signed);
        Map<Integer, byte[]> values = new LinkedHashMap<>();
        values.put(0x20000002, bold);
        values.put(0x20000000, signature);

        assertThat(at).isPositive();
        assertRefused(SignedHap.insert(HAP, hap().block(values)), Code.DIGEST_DIFFERS, 9568323, "SHA-256");
    }

    @Test
    void refusesASignatureThatDoesNotVerify() {
        byte[] signed = hap().sign(HAP);
        byte[] signature = signature(signed);
        int last = indexOf(signed, signature) + signature.length - 1;
        signed[last] ^= 1;

        assertRefused(signed, Code.SIGNATURE_INVALID, 9568329, "signature");
    }

    @Test
    void refusesWhatIsNoPkcs7() {
        assertRefused(
                SignedHap.insert(HAP, hap().block(Map.of(0x20000000, new byte[40]))),
                Code.SIGNATURE_INVALID,
                9568329,
                "PKCS#7");
    }

    @Test
    void refusesSignedContentThatIsNoDigest() {
        byte[] message = TestAuthority.sign(DEVELOPER, "SHA256withECDSA", new byte[] {1, 2, 3});

        assertRefused(
                SignedHap.insert(HAP, hap().block(Map.of(0x20000000, message))),
                Code.SIGNATURE_INVALID,
                9568329,
                "content digests");
    }

    @Test
    void refusesAPackageThatWasSignedAgain() {
        Map<Integer, byte[]> values = new LinkedHashMap<>();
        values.put(0x20000004, new byte[4]);
        values.put(0x20000000, new byte[4]);

        assertRefused(SignedHap.insert(HAP, hap().block(values)), Code.SIGNATURE_INVALID, 9568329, "signed again");
    }

    @Test
    void refusesASigningBlockThatIsCutOff() {
        byte[] signed = hap().sign(HAP);
        int end = SignedHap.le(signed).getInt(signed.length - 22 + 16);
        SignedHap.le(signed).putLong(end - 28, SignedHap.le(signed).getLong(end - 28) - 12);
        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, "size");

        assertRefused(SignedHap.insert(HAP, new byte[20]), Code.SIGNING_BLOCK_INVALID, 9568320, "trailer of 32 bytes");
    }

    @Test
    void refusesASigningBlockWithoutItsMark() {
        byte[] signed = hap().sign(HAP);
        int end = SignedHap.le(signed).getInt(signed.length - 22 + 16);
        signed[end - 8] ^= 1;

        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, "version 2 or 3");
    }

    @ParameterizedTest
    @CsvSource({"8, 0, bytes 24", "8, 25, behind bytes", "4, -1, bytes", "4, 2147483647, bytes", "4, 1, behind bytes"})
    void refusesHeadsThatPointElsewhere(int member, int value, String found) {
        byte[] signed = hap().sign(HAP);
        int start = SignedHap.le(HAP).getInt(HAP.length - 22 + 16);
        SignedHap.le(signed).putInt(start + member, value);

        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, found);
    }

    @Test
    void refusesValuesThatOverlap() {
        byte[] signed = hap().sign(HAP);
        int start = SignedHap.le(HAP).getInt(HAP.length - 22 + 16);
        SignedHap.le(signed).putInt(start + 12 + 8, 24);

        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, "within another");
    }

    @Test
    void refusesABlockThatOccursTwice() {
        byte[] signed = hap().sign(HAP);
        int start = SignedHap.le(HAP).getInt(HAP.length - 22 + 16);
        SignedHap.le(signed).putInt(start, 0x20000000);

        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, "more than once");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 33, 1 << 30})
    void refusesCountsOfBlocksThatCannotBe(int count) {
        byte[] signed = hap().sign(HAP);
        int end = SignedHap.le(signed).getInt(signed.length - 22 + 16);
        SignedHap.le(signed).putInt(end - 32, count);

        assertRefused(signed, Code.SIGNING_BLOCK_INVALID, 9568320, "found " + count);
    }

    @Test
    void refusesAPackageWithoutProfile() {
        assertRefused(hap().withoutProfile().sign(HAP), Code.PROFILE_MISSING, 9568321, "profile");
    }

    @Test
    void refusesAProfileWhoseSignatureDoesNotVerify() {
        byte[] profile = hap().profileMessage();
        profile[profile.length - 1] ^= 1;

        assertRefused(hap().sign(HAP, profile), Code.PROFILE_UNTRUSTED, 9568322, "profile");
    }

    @Test
    void refusesAProfileThatIsNoJson() {
        byte[] profile = TestAuthority.sign(PROFILES, "SHA256withECDSA", HapFiles.utf8("<xml/>"));

        assertRefused(hap().sign(HAP, profile), Code.PROFILE_INVALID, 9568321, "JSON");
    }

    @Test
    void refusesAProfileOfNoKnownType() {
        assertRefused(hap().profile("type", "beta").sign(HAP), Code.PROFILE_INVALID, 9568321, "`beta`");
    }

    @Test
    void refusesADebugProfileForNoDevice() {
        assertRefused(hap().debug().sign(HAP), Code.PROFILE_INVALID, 9568321, "device-ids");
    }

    @Test
    void refusesAProfileForAnotherBundle() {
        assertRefused(
                hap().bundleInfo("bundle-name", "com.example.other").sign(HAP),
                Code.PROFILE_OTHER_BUNDLE,
                9568329,
                "com.example.other");
    }

    @Test
    void refusesAProfileForAnotherSigner() {
        assertRefused(
                hap().bundleInfo(
                                "distribution-certificate",
                                VENDOR.signer("else").pem())
                        .sign(HAP),
                Code.PROFILE_OTHER_SIGNER,
                9568322,
                "CN=else");
    }

    @Test
    void refusesAProfileThatEndedOrDidNotBegin() {
        assertRefused(
                hap().valid(NOW.minusSeconds(20), NOW.minusSeconds(10)).sign(HAP),
                Code.PROFILE_NOT_VALID_NOW,
                9568341,
                "valid now");
        assertRefused(
                hap().valid(NOW.plusSeconds(10), NOW.plusSeconds(20)).sign(HAP),
                Code.PROFILE_NOT_VALID_NOW,
                9568341,
                "valid now");
    }

    @Test
    void anUnknownPrivilegeLevelCountsAsNormal() throws IOException {
        assertThat(read(hap().apl("root").sign(HAP)).profile().orElseThrow().apl())
                .isEqualTo(Apl.NORMAL);
    }

    @Test
    void readsTheDevicesOfADebugProfile() throws IOException {
        Profile profile = read(hap().debug("AB12").sign(HAP)).profile().orElseThrow();

        assertThat(profile.debug()).isTrue();
        assertThat(profile.devices()).containsExactly("AB12");
    }

    private static SignedHap hap() {
        return new SignedHap(DEVELOPER, PROFILES, BUNDLE);
    }

    /** The PKCS#7 message in a block whose last value it is. */
    private static byte[] signature(byte[] signed) {
        int end = SignedHap.le(signed).getInt(signed.length - 22 + 16);
        int count = SignedHap.le(signed).getInt(end - 32);
        int start = end - (int) SignedHap.le(signed).getLong(end - 28);
        int length = SignedHap.le(signed).getInt(start + (count - 1) * 12 + 4);
        return java.util.Arrays.copyOfRange(signed, end - 32 - length, end - 32);
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int i = 0; i + what.length <= in.length; i++) {
            if (java.util.Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }

    private PackageInfo read(byte[] bytes, TestAuthority... known) throws IOException {
        return read(bytes, Clock.fixed(NOW, ZoneOffset.UTC), known);
    }

    private PackageInfo read(byte[] bytes, Clock clock, TestAuthority... known) throws IOException {
        KnownRoots roots = new KnownRoots(
                java.util.Arrays.stream(known).map(TestAuthority::root).toList());
        return new PackageReader(roots, false, clock, directory)
                .read(Files.write(directory.resolve("package.hap"), bytes));
    }

    private void assertRefused(byte[] bytes, Code code, int installerCode, String text) {
        assertThatThrownBy(() -> read(bytes, VENDOR))
                .isInstanceOfSatisfying(PackageRefused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(code);
                    assertThat(refused.code().installerCode()).hasValue(installerCode);
                })
                .hasMessageContaining(text);
    }
}

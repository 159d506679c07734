package dev.muster.trust.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Signatures made by others: RFC 8032, OpenSSL 3. */
class VerificationTest {
    private static final byte[] MESSAGE = "muster".getBytes(StandardCharsets.UTF_8);
    private static final String EC_KEY = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6hzty9L/Ttx+HX5IYXF4guioq4/F
            GXIAG3EhCUFJQMW7gFX3x4MXidivr/wp1U8jeWnXToRGaw9LIbvfZe5oJQ==
            -----END PUBLIC KEY-----
            """;
    private static final byte[] EC_SIGNATURE = HexFormat.of()
            .parseHex(
                    "304402204bdf64b48f63e55ce51a2a4cd505630711b352cfa4542f4a32f1a6f8f0668748022078bf194aa7efa582da44f80e141fb473312f8736989443bd56518b1981830338");
    private static final String RSA_KEY = """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAur3hc4Je7AkElOOYXrdW
            2pWOhto7kkMo3D341XhzKhFpZlN1yeSMcEDDW9ih7D0yo3J5RSenSB8f3UGKuyyQ
            gXQqaOjCQXlPFv3Nz9dVU2FDnw/F5jcHa87G9OSez+svAkPel50Cteu8e1gz1kZO
            eYSgcMJfbFEjCW/mi0KQ1xsv1M+T+XmX4v4D4aOEOZjwvZPwwl5Tm3ygthZVX+4g
            NfikX4Zp2nJcUt3fnA3YlqcHrTZDcqGxJW3CpEXozdBSrapQglIv5wgLsOgZpBDl
            oT/AXen4AJcgltnsZHfUICunjV+nR2oJTw+stlreK74b8T3AuOYQZwwlbxWiK4hz
            XwIDAQAB
            -----END PUBLIC KEY-----
            """;
    private static final byte[] RSA_SIGNATURE = HexFormat.of()
            .parseHex("22c3d6dbd88d72e3f93b8c3d3a02dc9a7a79e9e157185a29e1fce08e549d6e06fe8d27e740d11044e690f31210332b2c"
                    + "f1f90f00b842d547a0a2dd3ce4fb8140dedff98457324794ec8d220a5475fdf934f9830861ad15f2f6f1c2a6589eb983"
                    + "fa665bd4dde6f68636a4d5fd4428e868e8b90994f3da7bd8a8ae469e6a68571bf0d59372b556e9a190344cea6c0cd7ec"
                    + "434fa541639ba6d8b55b89742bb80822905f2f8935c221a711097df66c21da9caf5aae46cb7b2e64ca42fa89c0e32dae"
                    + "765d602cd9a65f853930859967f141b5abcaeb82b557317c81c17176969b17e6e5bc0caf7d7a493dd2ab43a3e5042362"
                    + "1401732304131b174e9b6d35ea522063");

    private static boolean verifies(String type, String scheme, String key, byte[] message, byte[] signature) {
        return Verification.verifies(TrustKey.of(type, scheme, key), message, signature);
    }

    @Test
    void verifiesEd25519() {
        String key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        byte[] signature = HexFormat.of()
                .parseHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        assertThat(verifies("ed25519", "ed25519", key, new byte[] {0x72}, signature))
                .isTrue();
        assertThat(verifies("ed25519", "ed25519", key, new byte[] {0x73}, signature))
                .isFalse();
    }

    @Test
    void verifiesEcdsaUnderBothNamesOfTheKeyType() {
        assertThat(verifies("ecdsa", "ecdsa-sha2-nistp256", EC_KEY, MESSAGE, EC_SIGNATURE))
                .isTrue();
        assertThat(verifies("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", EC_KEY, MESSAGE, EC_SIGNATURE))
                .isTrue();
        assertThat(verifies("ecdsa", "ecdsa-sha2-nistp256", EC_KEY, new byte[] {1}, EC_SIGNATURE))
                .isFalse();
    }

    @Test
    void verifiesRsaPss() {
        assertThat(verifies("rsa", "rsassa-pss-sha256", RSA_KEY, MESSAGE, RSA_SIGNATURE))
                .isTrue();
        assertThat(verifies("rsa", "rsassa-pss-sha256", RSA_KEY, new byte[] {1}, RSA_SIGNATURE))
                .isFalse();
    }

    @Test
    void keyTypeSchemeAndKeyMustBelongTogether() {
        assertThat(verifies("rsa", "ecdsa-sha2-nistp256", EC_KEY, MESSAGE, EC_SIGNATURE))
                .isFalse();
        assertThat(verifies("ecdsa", "ecdsa-sha2-nistp384", EC_KEY, MESSAGE, EC_SIGNATURE))
                .isFalse();
        assertThat(verifies("ecdsa", "rsassa-pss-sha256", RSA_KEY, MESSAGE, RSA_SIGNATURE))
                .isFalse();
        assertThat(verifies("ecdsa", "ecdsa-sha2-nistp256", RSA_KEY, MESSAGE, RSA_SIGNATURE))
                .isFalse();
    }

    @Test
    void nonsenseNeverVerifiesAndNeverThrows() {
        for (String scheme : new String[] {"ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256", "none", ""}) {
            for (String type : new String[] {"ed25519", "ecdsa", "rsa", ""}) {
                for (String key : new String[] {
                    "", "00", "zz", "é", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "00".repeat(32)
                }) {
                    assertThat(verifies(type, scheme, key, MESSAGE, new byte[0]))
                            .isFalse();
                    assertThat(verifies(type, scheme, key, MESSAGE, new byte[64]))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void keyIdsAreThoseOfSecuresystemslib() {
        // Computed with Python's json and hashlib.
        assertThat(TrustKey.of("ed25519", "ed25519", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
                        .keyId())
                .isEqualTo("74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916");
    }

    @Test
    void oneKeyInTwoSpellingsIsOneKey() {
        assertThat(TrustKey.of("ecdsa", "ecdsa-sha2-nistp256", EC_KEY).material())
                .isEqualTo(TrustKey.of("ecdsa", "ecdsa-sha2-nistp256", EC_KEY.replace("\n", "\r\n"))
                        .material());
        assertThat(TrustKey.of("ed25519", "ed25519", "AB").material())
                .isEqualTo(TrustKey.of("ed25519", "ed25519", "ab").material());
    }

    /** CVE-2022-24884 and CVE-2022-21449: careless code takes signatures of zeros for one of any message by any key. */
    @Test
    void refusesSignaturesMadeOfNothing() {
        String order = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
        for (String signature : List.of(
                "3006020100020100",
                "3006020100020101",
                "3006020101020100",
                "3026022100" + order.substring(2) + "020101",
                "3046022100" + order.substring(2) + "022100" + order.substring(2),
                "")) {
            assertThat(verifies(
                            "ecdsa",
                            "ecdsa-sha2-nistp256",
                            EC_KEY,
                            MESSAGE,
                            HexFormat.of().parseHex(signature)))
                    .as(signature)
                    .isFalse();
        }
        String ed25519 = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        assertThat(verifies("ed25519", "ed25519", ed25519, MESSAGE, new byte[64]))
                .isFalse();
        assertThat(verifies("rsa", "rsassa-pss-sha256", RSA_KEY, MESSAGE, new byte[256]))
                .isFalse();
    }
}

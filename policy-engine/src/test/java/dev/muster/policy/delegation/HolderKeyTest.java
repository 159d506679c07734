package dev.muster.policy.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HolderKeyTest {
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.US_ASCII);

    @Test
    void verifiesWhatItsOwnerSignedAndNothingElse() {
        Holder holder = Holder.of(1);
        byte[] signature = holder.sign(MESSAGE);

        assertThat(holder.key().verifies(MESSAGE, signature)).isTrue();
        assertThat(Holder.of(2).key().verifies(MESSAGE, signature)).isFalse();
        assertThat(holder.key().verifies(new byte[0], signature)).isFalse();
        assertThat(holder.key().verifies(MESSAGE, new byte[0])).isFalse();
        assertThat(holder.key().verifies(MESSAGE, new byte[64])).isFalse();
        for (int i = 0; i < signature.length; i++) {
            byte[] altered = signature.clone();
            altered[i] ^= 1;
            assertThat(holder.key().verifies(MESSAGE, altered)).isFalse();
        }
    }

    /** RFC 8032 section 5.1.7: S is below L; adding L to it must not make another good signature. */
    @Test
    void takesNoSecondSpellingOfASignature() {
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        Holder holder = Holder.of(1);
        byte[] signature = holder.sign(MESSAGE);
        BigInteger s = little(signature, 32).add(order);
        for (int i = 0; i < 32; i++) {
            signature[32 + i] = s.shiftRight(8 * i).byteValue();
        }

        assertThat(holder.key().verifies(MESSAGE, signature)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the points whose order divides 8, as written and as written otherwise, with both signs
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                // y not below 2^255 - 19
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void refusesAKeyUnderWhichAnybodyCouldSign(String hex) {
        byte[] raw = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> HolderKey.of(raw)).hasMessageContaining("under which anybody could sign");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAA",
                "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"
            })
    void refusesEveryOtherSpelling(String text) {
        assertThatThrownBy(() -> new HolderKey(text)).hasMessageContaining("43 characters in base64url");
    }

    @Test
    void nothingVerifiesUnderWhatIsNoPointOfTheCurve() {
        byte[] raw = new byte[32];
        raw[0] = 2;

        assertThat(HolderKey.of(raw).verifies(MESSAGE, new byte[64])).isFalse();
    }

    private static BigInteger little(byte[] bytes, int from) {
        BigInteger value = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= from; i--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xFF));
        }
        return value;
    }
}

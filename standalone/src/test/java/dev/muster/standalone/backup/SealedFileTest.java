package dev.muster.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.StandaloneException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFileTest {
    private static final Passphrase PASSPHRASE = new Passphrase("correct horse battery");
    private static final int CHUNK = 64;
    private static final int SEALED = CHUNK + SealedFile.TAG;

    private static final String GOLDEN =
            "4d5553544552424b00010000000300000008000102030405060708090a0b0c0d0e0f6465666768696af3e39477e550379d3e"
                    + "1987f457fba2947f02524e8dc0fd4a7e44b66bc9747b6f99793c2d3965d962c691d34ad35611a0db99c41c64a928bc4f916a"
                    + "6cf0d18448809a75f35d798cf691924ad80505a16fde05b6e4f933f978af21d4a5cab13704ed794d32";

    private static byte[] seal(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SealedOutput sealed = new SealedOutput(out, SealedFile.create(PASSPHRASE, 3, CHUNK))) {
            sealed.write(plain, 0, plain.length);
        }
        return out.toByteArray();
    }

    private static byte[] open(byte[] sealed, Passphrase passphrase) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(sealed);
        return new SealedInput(in, SealedFile.open(in, passphrase)).readAllBytes();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfAny(StandaloneException.class, EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 3})
    void givesBackWhatWasSealed(int length) throws IOException {
        byte[] plain = random(length);

        assertThat(open(seal(plain), PASSPHRASE)).isEqualTo(plain);
    }

    @Test
    void twoFilesOfTheSameHaveNothingInCommon() throws IOException {
        byte[] plain = new byte[CHUNK];

        byte[] one = seal(plain);
        byte[] other = seal(plain);

        assertThat(Arrays.copyOfRange(one, SealedFile.HEADER, one.length))
                .isNotEqualTo(Arrays.copyOfRange(other, SealedFile.HEADER, other.length));
    }

    @Test
    void isRefusedCutOffAtEveryByte() throws IOException {
        byte[] sealed = seal(random(3 * CHUNK));

        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            refused(() -> open(cut, PASSPHRASE));
        }
    }

    @Test
    void isRefusedWithOneBitFlippedAnywhere() throws IOException {
        byte[] sealed = seal(random(2 * CHUNK + 5));

        for (int at = 0; at < sealed.length; at++) {
            byte[] altered = sealed.clone();
            altered[at] ^= (byte) (1 << at % 8);
            // A head that asks for a million rounds is refused as well, only later.
            if (at < 10 || at >= 14) {
                refused(() -> open(altered, PASSPHRASE));
            }
        }
    }

    @Test
    void isRefusedWithPartsLeftOutSwappedOrAdded() throws IOException {
        byte[] sealed = seal(random(3 * CHUNK + 1));
        int head = SealedFile.HEADER;

        byte[] leftOut = new byte[sealed.length - SEALED];
        System.arraycopy(sealed, 0, leftOut, 0, head);
        System.arraycopy(sealed, head + SEALED, leftOut, head, leftOut.length - head);
        refused(() -> open(leftOut, PASSPHRASE));

        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, head, swapped, head + SEALED, SEALED);
        System.arraycopy(sealed, head + SEALED, swapped, head, SEALED);
        refused(() -> open(swapped, PASSPHRASE));

        refused(() -> open(Arrays.copyOf(sealed, sealed.length + 1), PASSPHRASE));
    }

    @Test
    void isRefusedWithAPartOfAnotherFileOfTheSamePassphrase() throws IOException {
        byte[] one = seal(random(2 * CHUNK));
        byte[] other = seal(random(2 * CHUNK));

        System.arraycopy(other, SealedFile.HEADER, one, SealedFile.HEADER, SEALED);

        refused(() -> open(one, PASSPHRASE));
    }

    @Test
    void isRefusedWithAWrongPassphraseAndSaysSo() throws IOException {
        byte[] sealed = seal(random(9));

        assertThatThrownBy(() -> open(sealed, new Passphrase("correct horse batterz")))
                .isInstanceOf(StandaloneException.class)
                .hasMessageContaining("wrong passphrase");
    }

    @Test
    void saysWhereItIsDamaged() throws IOException {
        byte[] sealed = seal(random(3 * CHUNK));
        sealed[SealedFile.HEADER + SEALED + 1] ^= 1;

        assertThatThrownBy(() -> open(sealed, PASSPHRASE))
                .hasMessageContaining("part 2")
                .hasMessageContaining("byte " + (SealedFile.HEADER + SEALED));
    }

    @Test
    void givesNothingOfAPartThatWasNotChecked() throws IOException {
        byte[] plain = random(2 * CHUNK);
        byte[] sealed = seal(plain);
        sealed[SealedFile.HEADER + SEALED] ^= 1;
        ByteArrayInputStream in = new ByteArrayInputStream(sealed);
        SealedInput opened = new SealedInput(in, SealedFile.open(in, PASSPHRASE));

        assertThat(opened.readNBytes(CHUNK)).isEqualTo(Arrays.copyOf(plain, CHUNK));
        refused(opened::read);
    }

    @Test
    void somethingElseIsNoBackup() {
        assertThatThrownBy(() -> open("PK\3\4, a zip file".getBytes(StandardCharsets.US_ASCII), PASSPHRASE))
                .hasMessageContaining("expected a backup of Muster");
    }

    @Test
    void theFormIsKeptForEver() throws IOException {
        // Sealed by a program of another language that follows the description alone (PBKDF2, HMAC, AES-GCM of its
        // libraries).
        byte[] sealed = HexFormat.of().parseHex(GOLDEN);

        assertThat(new String(open(sealed, PASSPHRASE), StandardCharsets.US_ASCII))
                .isEqualTo("what was sealed once");
    }
}

package dev.muster.standalone.backup;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The form of an encrypted file: a header, then chunks of AES-256-GCM under a key made of a passphrase by PBKDF2 (RFC 8018, HMAC-SHA-256).
 * The nonce of a chunk is a random prefix, its number, and whether it is the last (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár: Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015), so that no chunk can be left out, moved or cut off unseen.
 *
 * <pre>
 * magic "MUSTERBK" | format u16 | iterations u32 | chunk bytes u32 | salt 16 | nonce prefix 7 | HMAC-SHA-256 of all that 32
 * chunk * : ciphertext | tag 16
 * </pre>
 */
final class SealedFile {
    static final int TAG = 16;

    private static final byte[] MAGIC = "MUSTERBK".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;
    private static final int CHUNK = 1 << 20;
    // What OWASP asks of PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023).
    private static final int ITERATIONS = 600_000;
    private static final int MOST_ITERATIONS = 20_000_000;
    private static final int MOST_CHUNK = 16 << 20;
    private static final int SALT = 16;
    private static final int PREFIX = 7;
    private static final int HASH = 32;
    private static final int FIELDS = 8 + 2 + 4 + 4 + SALT + PREFIX;
    static final int HEADER = FIELDS + HASH;

    private final byte[] header;
    private final byte[] prefix;
    private final SecretKeySpec key;
    private final int chunk;

    private SealedFile(byte[] header, byte[] prefix, SecretKeySpec key, int chunk) {
        this.header = header;
        this.prefix = prefix;
        this.key = key;
        this.chunk = chunk;
    }

    /** A new file, with a key of its own. */
    static SealedFile create(Passphrase passphrase) {
        return create(passphrase, ITERATIONS, CHUNK);
    }

    /** The same with other numbers: tests have no time for the usual ones. */
    static SealedFile create(Passphrase passphrase, int iterations, int chunk) {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT];
        byte[] prefix = new byte[PREFIX];
        random.nextBytes(salt);
        random.nextBytes(prefix);
        byte[] header = new byte[HEADER];
        ByteBuffer fields = ByteBuffer.wrap(header)
                .put(MAGIC)
                .putShort((short) FORMAT)
                .putInt(iterations)
                .putInt(chunk)
                .put(salt)
                .put(prefix);
        byte[] master = derive(passphrase, salt, iterations);
        fields.put(hmac(master, "header", Arrays.copyOf(header, FIELDS)));
        return new SealedFile(header, prefix, new SecretKeySpec(hmac(master, "chunks", new byte[0]), "AES"), chunk);
    }

    /**
     * The file that {@code in} begins.
     *
     * @throws StandaloneException if it is none, or the passphrase is another
     */
    static SealedFile open(InputStream in, Passphrase passphrase) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < MAGIC.length || !Arrays.equals(Arrays.copyOf(header, MAGIC.length), MAGIC)) {
            throw refused("expected a backup of Muster, found something else");
        }
        if (header.length < HEADER) {
            throw new EOFException();
        }
        ByteBuffer fields = ByteBuffer.wrap(header, MAGIC.length, HEADER - MAGIC.length);
        int format = fields.getShort();
        if (format != FORMAT) {
            throw refused("expected a backup of format " + FORMAT + ", found format " + format
                    + ": it was made by another version of Muster");
        }
        int iterations = fields.getInt();
        int chunk = fields.getInt();
        if (iterations < 1 || iterations > MOST_ITERATIONS || chunk < 1 || chunk > MOST_CHUNK) {
            throw refused("the head of the file is damaged");
        }
        byte[] salt = new byte[SALT];
        byte[] prefix = new byte[PREFIX];
        byte[] expected = new byte[HASH];
        fields.get(salt).get(prefix).get(expected);
        byte[] master = derive(passphrase, salt, iterations);
        if (!MessageDigest.isEqual(expected, hmac(master, "header", Arrays.copyOf(header, FIELDS)))) {
            throw refused("wrong passphrase, or the head of the file was altered");
        }
        return new SealedFile(header, prefix, new SecretKeySpec(hmac(master, "chunks", new byte[0]), "AES"), chunk);
    }

    byte[] header() {
        return header.clone();
    }

    /** Bytes of every chunk but the last. */
    int chunk() {
        return chunk;
    }

    byte[] seal(int number, boolean last, byte[] plain, int length) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, number, last).doFinal(plain, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws StandaloneException if it is not what was sealed as this chunk */
    byte[] unseal(int number, boolean last, byte[] sealed, int length) {
        try {
            return cipher(Cipher.DECRYPT_MODE, number, last).doFinal(sealed, 0, length);
        } catch (GeneralSecurityException e) {
            throw damaged(number);
        }
    }

    StandaloneException damaged(int number) {
        return refused("damaged, altered or cut off in its part " + (number + 1) + ", from byte "
                + (HEADER + (long) number * (chunk + TAG)) + " on");
    }

    static StandaloneException refused(String why) {
        return new StandaloneException(ExitCode.FAILED, why + "; nothing was changed");
    }

    private Cipher cipher(int mode, int number, boolean last) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = Arrays.copyOf(prefix, PREFIX + 5);
        ByteBuffer.wrap(nonce, PREFIX, 5).putInt(number).put((byte) (last ? 1 : 0));
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        return cipher;
    }

    private static byte[] derive(Passphrase passphrase, byte[] salt, int iterations) {
        try {
            PBEKeySpec spec = new PBEKeySpec(passphrase.characters(), salt, iterations, HASH * 8);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String purpose, byte[] of) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(of);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

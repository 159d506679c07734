package dev.muster.trust.keys;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * Private keys as PEM files (PKCS#8, RFC 8410), readable by their owner only. A key that anybody else may read is
 * refused: it has to be treated as known.
 */
public final class KeyFiles {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final String BEGIN_PUBLIC = "-----BEGIN MUSTER ED25519 PUBLIC KEY-----";
    private static final String END_PUBLIC = "-----END MUSTER ED25519 PUBLIC KEY-----";
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private KeyFiles() {}

    /** Writes the key so that the file is either complete or not there. */
    public static void save(Path file, Ed25519Signer signer) {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String text = BEGIN + "\n" + base64.encodeToString(signer.privateKey().getEncoded()) + "\n" + END + "\n"
                + BEGIN_PUBLIC + "\n" + signer.publicKey().publicKey() + "\n" + END_PUBLIC + "\n";
        try {
            writeOwnerOnly(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new TrustException.Storage("key file `" + file + "`", e);
        }
    }

    /**
     * Reads a key that {@link #save} wrote.
     *
     * @throws TrustException.Malformed if it is not such a file, or others than its owner may read it
     */
    public static Ed25519Signer load(Path file) {
        try {
            requireOwnerOnly(file);
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            byte[] encoded = Base64.getMimeDecoder().decode(between(file, text, BEGIN, END));
            byte[] raw = HexFormat.of()
                    .parseHex(between(file, text, BEGIN_PUBLIC, END_PUBLIC).strip());
            Ed25519Signer signer = new Ed25519Signer(
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)), raw);
            byte[] probe = "muster key check".getBytes(StandardCharsets.US_ASCII);
            if (!Verification.verifies(signer.publicKey(), probe, signer.sign(probe))) {
                throw new TrustException.Malformed("key file `" + file + "`", "its two halves do not belong together");
            }
            Arrays.fill(encoded, (byte) 0);
            return signer;
        } catch (IOException e) {
            throw new TrustException.Storage("key file `" + file + "`", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TrustException.Malformed("key file `" + file + "`", "expected an Ed25519 private key", e);
        }
    }

    /** Creates {@code directory} for its owner only, or checks that an existing one is. */
    public static void ownerOnlyDirectory(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.toAbsolutePath().getParent());
                Files.createDirectory(directory, ownerOnly(OWNER_DIRECTORY));
            }
            requireOwnerOnly(directory);
        } catch (IOException e) {
            throw new TrustException.Storage("key directory `" + directory + "`", e);
        }
    }

    static void writeOwnerOnly(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(OWNER_FILE))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        // A key that signed something must not be gone after a power cut.
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Set<PosixFilePermission> permissions) {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    static void requireOwnerOnly(Path path) throws IOException {
        if (!isPosix()) {
            return;
        }
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(path);
        if (!OWNER_DIRECTORY.containsAll(found)) {
            throw new TrustException.Malformed(
                    "`" + path + "`",
                    "expected access for its owner only, found " + PosixFilePermissions.toString(found));
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static String between(Path file, String text, String begin, String end) {
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new TrustException.Malformed("key file `" + file + "`", "expected `" + begin + "`");
        }
        return text.substring(from + begin.length(), to);
    }
}

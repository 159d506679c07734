package dev.muster.control.enrolment;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.enrolment.AuthorityKeys.Kept;
import dev.muster.control.enrolment.Certificates.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory {@code ca}: the first authority lies in it ({@code root.key}, {@code root.pem}, {@code issuing.key},
 * {@code issuing.pem}), every later one in a directory of its own below {@code authorities}. What is written last says that an
 * authority is whole: {@code issuing.pem} of the first, {@code from} of the others. {@code retired} says that it is over.
 * A key that others can read is refused.
 */
final class AuthorityFiles {
    static final String FIRST = "1";

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final String ROOT_KEY = "root.key";
    private static final String ROOT = "root.pem";
    private static final String KEY = "issuing.key";
    private static final String CERTIFICATE = "issuing.pem";
    private static final String CHAIN = "chain.pem";
    private static final String FROM = "from";
    private static final String RETIRED = "retired";
    private static final String REQUEST = "request.key";
    private static final int MOST = 1_000;

    private final Path directory;
    private final AuthorityKeys keys;

    AuthorityFiles(Path directory, AuthorityKeys keys) {
        this.directory = directory;
        this.keys = keys;
    }

    /** Every authority that is whole, in the order in which they came. */
    List<Authority> read() throws IOException, GeneralSecurityException {
        List<Authority> found = new ArrayList<>();
        if (Files.exists(directory.resolve(CERTIFICATE))) {
            List<X509Certificate> chain = List.of(
                    Certificates.readCertificate(text(directory.resolve(CERTIFICATE))),
                    Certificates.readCertificate(text(directory.resolve(ROOT))));
            found.add(authority(FIRST, directory, chain, Instant.MIN));
        }
        for (int i = 2; i < MOST && Files.exists(later(i).resolve(FROM)); i++) {
            Path place = later(i);
            found.add(authority(
                    Integer.toString(i),
                    place,
                    Certificates.readCertificates(text(place.resolve(CHAIN))),
                    Instant.parse(text(place.resolve(FROM)).strip())));
        }
        return found;
    }

    /** Keeps the first authority with its own root. */
    void createFirst(Kept root, Kept issuing, List<X509Certificate> chain) {
        write(directory.resolve(ROOT_KEY), root.kept());
        write(directory.resolve(ROOT), Certificates.pem(List.of(chain.getLast())));
        write(directory.resolve(KEY), issuing.kept());
        write(directory.resolve(CERTIFICATE), Certificates.pem(List.of(chain.getFirst())));
    }

    /** Keeps a later one; the key of a root only where it is this server's. */
    void add(String id, Kept issuing, Optional<Kept> root, List<X509Certificate> chain, Instant from) {
        Path place = later(Integer.parseInt(id));
        try {
            Files.createDirectories(
                    place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory `" + place + "`", e);
        }
        root.ifPresent(key -> write(place.resolve(ROOT_KEY), key.kept()));
        write(place.resolve(KEY), issuing.kept());
        write(place.resolve(CHAIN), Certificates.pem(chain));
        write(place.resolve(FROM), from.toString());
    }

    /** Ends an authority for good: its key is deleted. */
    void retire(String id, Instant at) throws IOException, GeneralSecurityException {
        Path place = place(id);
        write(place.resolve(RETIRED), at.toString());
        if (Files.exists(place.resolve(KEY))) {
            keys.forget(secret(place.resolve(KEY)));
        }
        Files.deleteIfExists(place.resolve(KEY));
        // In a token the root's key may be that of a later authority too: it stays there.
        Files.deleteIfExists(place.resolve(ROOT_KEY));
    }

    /** The key of the root of an authority, where this server has it. */
    Optional<Kept> rootKey(String id) throws IOException, GeneralSecurityException {
        Path file = place(id).resolve(ROOT_KEY);
        return Files.exists(file) ? Optional.of(keys.read(secret(file))) : Optional.empty();
    }

    /** The key that a company root was last asked to certify. */
    Optional<Kept> requested() throws IOException, GeneralSecurityException {
        Path file = directory.resolve(REQUEST);
        return Files.exists(file) ? Optional.of(keys.read(secret(file))) : Optional.empty();
    }

    /** Keeps the key of a request; one that was made before it can no longer be installed. */
    void request(Kept key) {
        write(directory.resolve(REQUEST), key.kept());
    }

    void forgetRequest() throws IOException {
        Files.deleteIfExists(directory.resolve(REQUEST));
    }

    /** Says whether anything came or went since it said the same. */
    String state() throws IOException {
        StringBuilder state = new StringBuilder();
        state.append(Files.exists(directory.resolve(RETIRED)));
        for (int i = 2; i < MOST && Files.exists(later(i).resolve(FROM)); i++) {
            state.append(' ').append(Files.exists(later(i).resolve(RETIRED)));
        }
        return state.toString();
    }

    /** The files with keys that somebody beside the owner may read. */
    static List<String> open(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<String> open = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory, 3)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".key"))
                    .sorted()
                    .toList()) {
                if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                    open.add("`" + file.getFileName() + "` "
                            + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read `" + directory + "`", e);
        }
        return open;
    }

    private Authority authority(String id, Path place, List<X509Certificate> chain, Instant from)
            throws IOException, GeneralSecurityException {
        Optional<Signer> signer = Files.exists(place.resolve(RETIRED))
                ? Optional.empty()
                : Optional.of(new Signer(keys.read(secret(place.resolve(KEY))).key(), chain.getFirst()));
        return new Authority(id, signer, chain, from, Files.exists(place.resolve(ROOT_KEY)));
    }

    private Path place(String id) {
        return id.equals(FIRST) ? directory : later(Integer.parseInt(id));
    }

    private Path later(int number) {
        return directory.resolve("authorities").resolve(Integer.toString(number));
    }

    private static String secret(Path file) throws IOException {
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
        if (!OWNER.containsAll(found)) {
            throw new IllegalStateException("expected `" + file + "` to be the owner's only (rw-------), found "
                    + PosixFilePermissions.toString(found) + ": whoever read it can make devices; chmod 600 it, and"
                    + " think of `muster ca rotate --new-root`");
        }
        return text(file);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            throw new IOException("expected `" + file + "`, found nothing", e);
        }
    }

    private static void write(Path file, String text) {
        DataDirectory.writeSecret(file, text.getBytes(StandardCharsets.US_ASCII));
    }
}

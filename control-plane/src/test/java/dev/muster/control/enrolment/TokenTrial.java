package dev.muster.control.enrolment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What {@link TokenKeysIT} lets a JVM of its own do with a token: SoftHSM finds its own by an environment variable. */
public final class TokenTrial {
    private TokenTrial() {}

    /** Arguments: {@code make} or {@code use}, directory of the authority, configuration, file of the PIN. */
    public static void main(String[] args) throws Exception {
        Clock clock = Clock.systemUTC();
        AuthorityKeys keys = AuthorityKeys.inToken(Path.of(args[2]), Path.of(args[3]), clock);
        Path directory = Path.of(args[1]);
        AuthorityFiles files = new AuthorityFiles(directory, keys);
        switch (args[0]) {
            case "make" -> make(files, keys, clock);
            case "use" -> use(files, clock);
            case "retire" -> retire(files, keys, directory, clock);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void make(AuthorityFiles files, AuthorityKeys keys, Clock clock) throws Exception {
        AuthorityKeys.Made root = keys.make();
        AuthorityKeys.Made issuing = keys.make();
        X509Certificate certificate = Certificates.root("root", root.pair(), clock.instant());
        files.createFirst(
                root.secret(),
                issuing.secret(),
                List.of(
                        Certificates.issuing(
                                "issuing",
                                new Certificates.Signer(root.pair().getPrivate(), certificate),
                                issuing.pair().getPublic(),
                                clock.instant()),
                        certificate));
        boolean out = issuing.pair().getPrivate().getEncoded() != null;
        System.out.println(out ? "the key came out" : "the key stayed in");
    }

    /** A later process signs with the same key. */
    private static void use(AuthorityFiles files, Clock clock) throws Exception {
        Authority authority = files.read().getFirst();
        KeyPair device = Certificates.newKey();
        X509Certificate certificate = Certificates.device(
                authority.signer().orElseThrow(),
                dev.muster.protocol.identity.DeviceRef.of("default", "trial"),
                device.getPublic(),
                clock.instant(),
                Duration.ofDays(1));
        certificate.verify(authority.certificate().getPublicKey());
        authority.certificate().verify(authority.root().getPublicKey());
        System.out.println("signed");
    }

    private static void retire(AuthorityFiles files, AuthorityKeys keys, Path directory, Clock clock) throws Exception {
        String kept = Files.readString(directory.resolve("issuing.key"));
        AuthorityKeys.Made next = keys.make();
        X509Certificate root = files.read().getFirst().root();
        files.add("2", next.secret(), Optional.empty(), List.of(root, root), clock.instant());
        files.retire("1", clock.instant());
        try {
            keys.read(kept);
            System.out.println("still there");
        } catch (java.security.GeneralSecurityException e) {
            System.out.println("gone");
        }
    }
}

package dev.muster.control.enrolment;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.enrolment.AuthorityKeys.Kept;
import dev.muster.control.enrolment.Certificates.Signer;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.DeviceRef;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Muster's own authority: at first a root and the issuing certificate below it, made at the first start in the owner-only
 * directory {@code ca} of the data directory; later also others, of a new root of its own or of a company's. INVARIANT (nobody
 * is cut off): every authority that is not retired is believed, devices are told all their roots, the newest issues, and the
 * server's own certificates come from the oldest, whose root every device has. Thread-safe.
 */
@Singleton
public final class CertificateAuthority {
    private static final Logger LOG = Logger.getLogger(CertificateAuthority.class);

    private static final String PLACE = "ca";

    private final Clock clock;
    private final EnrolmentConfig config;
    private final AuthorityKeys keys;
    private final DataDirectory data;
    private final AuthorityFiles files;
    private volatile Known known;

    /** What was read, and the state of the directory that it was read from. */
    private record Known(List<Authority> authorities, String state) {}

    CertificateAuthority(DataDirectory data, EnrolmentConfig config, CaConfig ca, Clock clock)
            throws IOException, GeneralSecurityException {
        this.clock = clock;
        this.config = config;
        this.keys = keys(ca.pkcs11(), clock);
        this.data = data;
        this.files = new AuthorityFiles(data.directory(PLACE), keys);
        // Instances that start together on an empty directory must not make one each.
        try (DataDirectory.Held alone = data.hold(PLACE)) {
            if (files.read().isEmpty()) {
                create();
            }
            this.known = new Known(files.read(), files.state());
        }
    }

    /** The root that the server's own certificates chain to now, which a new device pins. */
    public X509Certificate root() {
        return serving().root();
    }

    /** The certificate below that root that issues the server's own. */
    X509Certificate serves() {
        return serving().certificate();
    }

    /** The roots that a device is to trust: those of every authority that is not retired. */
    List<X509Certificate> roots() {
        return trusted().stream().map(Authority::root).distinct().toList();
    }

    /**
     * The certificates whose signature makes a device's: the issuing ones, never the roots above, because a company's root
     * issues for others too.
     */
    List<X509Certificate> issuers() {
        return trusted().stream().map(Authority::certificate).toList();
    }

    /** What people paste to pin the root: {@code sha256:} and 64 hex digits of the certificate in DER. */
    public String fingerprint() throws GeneralSecurityException {
        return fingerprint(root());
    }

    /** What devices may have pinned: the fingerprints of every root in force. */
    List<String> fingerprints() {
        return roots().stream()
                .map(root -> {
                    try {
                        return fingerprint(root);
                    } catch (GeneralSecurityException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return "sha256:" + HexFormat.of().formatHex(Sha256.of(certificate.getEncoded()));
    }

    /** The authority that issues now. */
    Authority issuing() {
        Instant now = clock.instant();
        return trusted().stream()
                .filter(authority -> !authority.issuesFrom().isAfter(now))
                .reduce((before, after) -> after)
                .orElseThrow(() -> new IllegalStateException("expected an authority that issues, found none"));
    }

    /** A device's certificate and its issuers, the root last. */
    List<X509Certificate> device(Authority authority, DeviceRef device, PublicKey key, Duration life)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        return chain(authority, Certificates.device(signer(authority), device, key, now, within(authority, now, life)));
    }

    /** A server's certificate for the hosts and its issuers, the root last: a device that pins the root needs it. */
    List<X509Certificate> server(PublicKey key, Collection<String> hosts, Duration life)
            throws GeneralSecurityException {
        Authority authority = serving();
        Instant now = clock.instant();
        return chain(authority, Certificates.server(signer(authority), key, hosts, now, within(authority, now, life)));
    }

    /** The certificate with its issuers, the root last; also of an authority that is retired by now. */
    public List<X509Certificate> chain(X509Certificate leaf) {
        for (Authority authority : known.authorities().reversed()) {
            try {
                leaf.verify(authority.certificate().getPublicKey());
                return chain(authority, leaf);
            } catch (GeneralSecurityException e) {
                // Not this one's.
            }
        }
        throw new IllegalArgumentException("expected a certificate of ours, found one that is not");
    }

    /** All that ever were, in the order in which they came. */
    public List<AuthorityView> all() {
        String issues = issuing().id();
        String serves = serving().id();
        Instant now = clock.instant();
        return known.authorities().stream()
                .map(authority -> AuthorityView.of(
                        authority, authority.id().equals(issues), authority.id().equals(serves), now))
                .toList();
    }

    /** A new key for a company's root to certify: PKCS#10 in PEM. The key stays here. */
    public String request() {
        try (DataDirectory.Held alone = data.hold(PLACE)) {
            refresh();
            AuthorityKeys.Made made = keys.make();
            String request = Certificates.request("Muster issuing " + next(), made.pair());
            files.request(made.secret());
            return request;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a request", e);
        }
    }

    /** Takes what a company's root answered to the last {@link #request}; its id. A problem if it cannot issue for us. */
    public String install(String pem) {
        try (DataDirectory.Held alone = data.hold(PLACE)) {
            refresh();
            Kept key = files.requested()
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.CONFLICT, "expected a request to answer, found none: muster ca request"));
            List<X509Certificate> chain =
                    AuthorityChain.checked(pem, key.key(), clock.instant(), config.certificateLife());
            String id = add(key, Optional.empty(), chain);
            files.forgetRequest();
            return id;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot keep the new authority", e);
        }
    }

    /** A new issuing key, below a new root or the present one; its id. A problem if the present root's key is elsewhere. */
    public String rotate(boolean newRoot) {
        try (DataDirectory.Held alone = data.hold(PLACE)) {
            refresh();
            Instant now = clock.instant();
            Kept rootKey;
            X509Certificate root;
            if (newRoot) {
                AuthorityKeys.Made made = keys.make();
                rootKey = made.secret();
                root = Certificates.root("Muster root " + next(), made.pair(), now);
            } else {
                Authority present = issuing();
                rootKey = files.rootKey(present.id())
                        .orElseThrow(() -> new ProblemException(
                                ProblemCode.CONFLICT,
                                "expected the key of the root here, found none: ask its owner with"
                                        + " `muster ca request`, or `muster ca rotate --new-root`"));
                root = present.root();
            }
            AuthorityKeys.Made issuing = keys.make();
            X509Certificate certificate = Certificates.issuing(
                    "Muster issuing " + next(),
                    new Signer(rootKey.key(), root),
                    issuing.pair().getPublic(),
                    now);
            return add(issuing.secret(), Optional.of(rootKey), List.of(certificate, root));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot make a new authority", e);
        }
    }

    /** Believes an authority no more; its keys are deleted. A problem for the one that issues. */
    public void retire(String id) {
        try (DataDirectory.Held alone = data.hold(PLACE)) {
            refresh();
            if (issuing().id().equals(id)) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected another than `" + id + "`, which issues: muster ca rotate");
            }
            files.retire(id, clock.instant());
            refresh();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot retire authority `" + id + "`", e);
        }
        LOG.infof("authority `%s` is retired", id);
    }

    /** Learns what another instance with the same directory did. */
    @Scheduled(every = "10s", delayed = "10s")
    void refresh() {
        try {
            String state = files.state();
            if (!state.equals(known.state())) {
                known = new Known(files.read(), state);
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("the directory of the authority cannot be read; what was known stays", e);
        }
    }

    private String add(Kept key, Optional<Kept> root, List<X509Certificate> chain) {
        String id = Integer.toString(next());
        // Every instance believes it before a device can show its first certificate.
        files.add(id, key, root, chain, clock.instant().plus(config.authoritySettles()));
        refresh();
        LOG.infof("authority `%s` is `%s`", id, chain.getFirst().getSubjectX500Principal());
        return id;
    }

    private int next() {
        return known.authorities().size() + 1;
    }

    private List<Authority> trusted() {
        return known.authorities().stream()
                .filter(authority -> !authority.retired())
                .toList();
    }

    private Authority serving() {
        return trusted().getFirst();
    }

    private static Signer signer(Authority authority) {
        return authority.signer().orElseThrow();
    }

    // Nothing outlives its issuer.
    private static Duration within(Authority authority, Instant now, Duration life) {
        Duration left = Duration.between(now, authority.ends());
        return left.compareTo(life) < 0 ? left : life;
    }

    private static List<X509Certificate> chain(Authority authority, X509Certificate leaf) {
        List<X509Certificate> chain = new java.util.ArrayList<>(authority.chain());
        chain.addFirst(leaf);
        return List.copyOf(chain);
    }

    private void create() throws GeneralSecurityException {
        AuthorityKeys.Made root = keys.make();
        X509Certificate rootCertificate = Certificates.root("Muster root", root.pair(), clock.instant());
        AuthorityKeys.Made issuing = keys.make();
        X509Certificate issuingCertificate = Certificates.issuing(
                "Muster issuing",
                new Signer(root.pair().getPrivate(), rootCertificate),
                issuing.pair().getPublic(),
                clock.instant());
        files.createFirst(root.secret(), issuing.secret(), List.of(issuingCertificate, rootCertificate));
        LOG.info("made a certificate authority in `ca` of the data directory");
    }

    private static AuthorityKeys keys(CaConfig.Pkcs11 token, Clock clock) throws IOException, GeneralSecurityException {
        if (token.config().isPresent() != token.pinFile().isPresent()) {
            throw new IllegalStateException(
                    "expected both of `muster.ca.pkcs11.config` and `muster.ca.pkcs11.pin-file`, found one");
        }
        return token.config().isPresent()
                ? AuthorityKeys.inToken(token.config().get(), token.pinFile().orElseThrow(), clock)
                : AuthorityKeys.inFiles(clock);
    }
}

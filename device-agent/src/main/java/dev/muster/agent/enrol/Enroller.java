package dev.muster.agent.enrol;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Keys;
import dev.muster.agent.identity.Pem;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.transport.Backoff;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.protocol.enrol.CertificationRequest;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.enrol.FactoryProof;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/** Gets and renews the device's certificate. Not thread-safe. */
public final class Enroller {
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int MOST_BROKEN = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final IdentityStore store;

    public Enroller(StateDir state) {
        this.store = new IdentityStore(state);
    }

    /**
     * Where to enrol, with what, and under which name.
     *
     * @param fingerprint of Muster's root certificate, {@code sha256:<hex>}
     */
    public record Invitation(
            URI server, String token, String fingerprint, Optional<String> name, Optional<Factory> factory) {
        /** With a token. */
        public Invitation(URI server, String token, String fingerprint, Optional<String> name) {
            this(server, token, fingerprint, name, Optional.empty());
        }

        /** With the certificate of the device's maker. */
        public static Invitation ofFactory(URI server, Factory factory, String fingerprint, Optional<String> name) {
            return new Invitation(server, "", fingerprint, name, Optional.of(factory));
        }

        /** Without the token: what may stand in a log. */
        @Override
        public String toString() {
            return "Invitation[" + server + ", " + fingerprint + ", " + name + "]";
        }
    }

    /** What a maker gave the device, for a tenant. */
    public record Factory(String tenant, FactoryKey key) {}

    /** Passes the time between two tries. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Waits for {@code wait}.
         *
         * @param why for people
         */
        void pass(String why, Duration wait) throws InterruptedException;
    }

    /**
     * Asks once for a first certificate. The same key is used when this is repeated after a failure.
     *
     * @throws PendingException if a person decides first
     * @throws IOException if the server cannot be reached, is not the pinned one, or refuses
     */
    public DeviceIdentity enrol(Invitation invitation, Platform platform) throws IOException, GeneralSecurityException {
        return ask(https(invitation), invitation, platform);
    }

    /**
     * Asks until there is a certificate: comes back when a busy server said, and while a person has not decided. What is
     * refused is not asked again. Can be cut short and repeated at any time: the key is kept.
     *
     * @param random spreads a fleet that asks at once
     */
    public DeviceIdentity enrol(Invitation invitation, Platform platform, RandomGenerator random, Pause pause)
            throws IOException, GeneralSecurityException, InterruptedException {
        DeviceHttps https = https(invitation);
        Backoff unreached = new Backoff(FIRST_WAIT, LONGEST_WAIT, random);
        boolean heard = false;
        int broken = 0;
        for (; ; ) {
            try {
                return ask(https, invitation, platform);
            } catch (PendingException e) {
                heard = true;
                unreached.reset();
                pause.pass(String.valueOf(e.getMessage()), spread(e.pending().retryAfter(), random));
            } catch (HttpStatusException e) {
                if (e.status() != TOO_MANY_REQUESTS && e.status() != UNAVAILABLE) {
                    throw e;
                }
                heard = true;
                Duration wait = https.untilWelcome();
                pause.pass(String.valueOf(e.getMessage()), spread(wait.isZero() ? FIRST_WAIT : wait, random));
            } catch (IOException e) {
                // Who never heard the server has a wrong address; who did waits for it. A slow one may let a connection
                // break that it took.
                if (!heard && !(isBroken(e) && broken++ < MOST_BROKEN)) {
                    throw e;
                }
                pause.pass(String.valueOf(e.getMessage()), https.untilWelcome().plus(unreached.next()));
            }
        }
    }

    /** Somebody was there, and the connection broke; not: nobody was there, or somebody else than expected. */
    private static boolean isBroken(IOException e) {
        Throwable cause = e instanceof SSLException && e.getCause() != null ? e.getCause() : e;
        boolean nobody = cause instanceof ConnectException || cause instanceof NoRouteToHostException;
        return cause instanceof EOFException || (cause instanceof SocketException && !nobody);
    }

    /** The server answered that a person decides first; ask again with the same key. */
    public static final class PendingException extends IOException {
        private final transient EnrolPending pending;

        PendingException(EnrolPending pending) {
            super("waits for approval until " + pending.until() + "; the key's fingerprint is "
                    + pending.keyFingerprint());
            this.pending = pending;
        }

        /** What the server said. */
        public EnrolPending pending() {
            return pending;
        }
    }

    private static DeviceHttps https(Invitation invitation) throws GeneralSecurityException {
        return new DeviceHttps(invitation.server(), Tls.pinned(invitation.fingerprint()));
    }

    // Never earlier than was said, and up to a quarter later.
    private static Duration spread(Duration wait, RandomGenerator random) {
        return wait.plusMillis(random.nextLong(wait.toMillis() / 4 + 1));
    }

    private DeviceIdentity ask(DeviceHttps https, Invitation invitation, Platform platform)
            throws IOException, GeneralSecurityException {
        Optional<KeyPair> kept = store.pendingKey();
        KeyPair pair = kept.isPresent() ? kept.get() : Keys.generate();
        store.savePendingKey(pair);
        EnrolRequest request = proven(
                new EnrolRequest(
                        invitation.token(),
                        CertificationRequest.pem(invitation.name().orElse("device"), pair),
                        invitation.name(),
                        platform.hardware(),
                        platform.serial(),
                        platform.facts()),
                invitation);
        EnrolAnswer answer =
                EnrolAnswer.fromJson(https.send("POST", "/device/v1/enrol", request.toJson(), MAX_ANSWER_BYTES));
        return switch (answer) {
            case EnrolPending pending -> {
                // Ours, not the server's word: somebody between could show a key that is not this device's.
                if (!pending.keyFingerprint().equals(Keys.fingerprint(pair.getPublic()))) {
                    throw new IOException("expected the fingerprint " + Keys.fingerprint(pair.getPublic())
                            + " of this device's key, found " + pending.keyFingerprint());
                }
                throw new PendingException(pending);
            }
            case EnrolResponse response -> {
                requireOurKey(response, pair.getPublic());
                // Roots first: an identity without them would count as enrolled and could verify nothing.
                store.saveInitialRoots(response);
                DeviceIdentity identity = store.save(pair.getPrivate(), response, invitation.server(), platform.name());
                store.clearPendingKey();
                yield identity;
            }
        };
    }

    private static EnrolRequest proven(EnrolRequest request, Invitation invitation) throws GeneralSecurityException {
        if (invitation.factory().isEmpty()) {
            return request;
        }
        Factory factory = invitation.factory().get();
        byte[] text = FactoryProof.signedText(
                request, factory.tenant(), invitation.fingerprint().toLowerCase(Locale.ROOT));
        return request.withFactory(new FactoryProof(
                factory.tenant(),
                factory.key().chainPem(),
                Base64.getEncoder().encodeToString(factory.key().sign(text))));
    }

    /** Replaces key and certificate; the old ones stay in force if anything fails. */
    public DeviceIdentity renew(DeviceIdentity current, DeviceHttps https, Platform platform)
            throws IOException, GeneralSecurityException {
        KeyPair pair = Keys.generate();
        EnrolRequest request = new EnrolRequest(
                "",
                CertificationRequest.pem(current.ref().device().value(), pair),
                Optional.of(current.ref().device().value()),
                platform.hardware(),
                platform.serial(),
                Map.of());
        EnrolResponse response =
                EnrolResponse.fromJson(https.send("POST", "/device/v1/renew", request.toJson(), MAX_ANSWER_BYTES));
        requireOurKey(response, pair.getPublic());
        if (!response.device().equals(current.ref())) {
            throw new IOException(
                    "expected a certificate for `" + current.ref() + "`, found one for `" + response.device() + "`");
        }
        return store.save(pair.getPrivate(), response, current.server(), current.platform());
    }

    private static void requireOurKey(EnrolResponse response, PublicKey key)
            throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(response.chainPem());
        if (!chain.getFirst().getPublicKey().equals(key)) {
            throw new IOException("expected a certificate for the key that was asked for, found another key");
        }
    }
}

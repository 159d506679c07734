package dev.muster.agent.enrol;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Keys;
import dev.muster.agent.identity.Pem;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets and renews the device's certificate. Not thread-safe. */
public final class Enroller {
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private final IdentityStore store;

    public Enroller(StateDir state) {
        this.store = new IdentityStore(state);
    }

    /**
     * Where to enrol, with what, and under which name.
     *
     * @param fingerprint of Muster's root certificate, {@code sha256:<hex>}
     */
    public record Invitation(URI server, String token, String fingerprint, Optional<String> name) {
        /** Without the token: what may stand in a log. */
        @Override
        public String toString() {
            return "Invitation[" + server + ", " + fingerprint + ", " + name + "]";
        }
    }

    /**
     * Asks for a first certificate. The same key is used when this is repeated after a failure.
     *
     * @throws IOException if the server cannot be reached, is not the pinned one, or refuses
     */
    public DeviceIdentity enrol(Invitation invitation, Platform platform) throws IOException, GeneralSecurityException {
        Optional<KeyPair> kept = store.pendingKey();
        KeyPair pair = kept.isPresent() ? kept.get() : Keys.generate();
        store.savePendingKey(pair);
        EnrolRequest request = new EnrolRequest(
                invitation.token(),
                CertificationRequest.pem(invitation.name().orElse("device"), pair),
                invitation.name(),
                platform.hardware(),
                platform.serial(),
                platform.facts());
        DeviceHttps https = new DeviceHttps(invitation.server(), Tls.pinned(invitation.fingerprint()));
        EnrolResponse response =
                EnrolResponse.fromJson(https.send("POST", "/device/v1/enrol", request.toJson(), MAX_ANSWER_BYTES));
        requireOurKey(response, pair.getPublic());
        // Roots first: an identity without them would count as enrolled and could verify nothing.
        store.saveInitialRoots(response);
        DeviceIdentity identity = store.save(pair.getPrivate(), response, invitation.server(), platform.name());
        store.clearPendingKey();
        return identity;
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

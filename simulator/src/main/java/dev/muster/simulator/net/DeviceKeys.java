package dev.muster.simulator.net;

import dev.muster.simulator.identity.Certificates;
import dev.muster.simulator.identity.Identity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of all devices behind one TLS context: which device connects is told by the "port" that its engine was made for, its
 * number. INVARIANT (nobody's session but its own): sessions to resume are kept by host and this number, so no device resumes what
 * another began. Thread-safe.
 */
final class DeviceKeys extends X509ExtendedKeyManager {
    private final IntFunction<Identity> identities;
    private final List<X509Certificate> issuers;

    DeviceKeys(IntFunction<Identity> identities, List<X509Certificate> issuers) {
        this.identities = identities;
        this.issuers = issuers;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return engine == null ? null : Integer.toString(engine.getPeerPort());
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            chain.add(Certificates.certificate(identity(alias).certificate()));
            chain.addAll(issuers);
            return chain.toArray(X509Certificate[]::new);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        try {
            return Certificates.key(identity(alias).key());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Identity identity(String alias) {
        return identities.apply(Integer.parseInt(alias));
    }
}

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
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The key of one device, for its HTTPS. */
final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "device";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    OneKey(Identity identity, List<X509Certificate> issuers) throws GeneralSecurityException {
        this.key = Certificates.key(identity.key());
        List<X509Certificate> all = new ArrayList<>();
        all.add(Certificates.certificate(identity.certificate()));
        all.addAll(issuers);
        this.chain = all.toArray(X509Certificate[]::new);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
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
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}

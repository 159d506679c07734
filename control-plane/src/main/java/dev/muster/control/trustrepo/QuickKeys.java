package dev.muster.control.trustrepo;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * A ring whose Ed25519 keys sign through BouncyCastle: the same bytes for a tenth of the CPU that the JDK takes, and the director
 * signs three files for every document. Other keys sign as they do. Thread-safe.
 */
final class QuickKeys implements KeyRing {
    private final KeyRing ring;
    private final Map<String, Signer> signers = new ConcurrentHashMap<>();

    QuickKeys(KeyRing ring) {
        this.ring = ring;
    }

    @Override
    public Signer signer(String name) {
        return quickly(ring.signer(name));
    }

    @Override
    public Signer signer(String name, Collection<String> keyIds) {
        return quickly(ring.signer(name, keyIds));
    }

    private Signer quickly(Signer signer) {
        return signers.computeIfAbsent(signer.publicKey().keyId(), id -> quick(signer));
    }

    private static Signer quick(Signer signer) {
        return signer instanceof Ed25519Signer key ? Quick.of(key) : signer;
    }

    /** Keeps the key in no text: a record's would show it. */
    private static final class Quick implements Signer {
        private final TrustKey publicKey;
        private final Ed25519PrivateKeyParameters key;

        private Quick(TrustKey publicKey, Ed25519PrivateKeyParameters key) {
            this.publicKey = publicKey;
            this.key = key;
        }

        static Quick of(Ed25519Signer signer) {
            try {
                return new Quick(signer.publicKey(), (Ed25519PrivateKeyParameters)
                        PrivateKeyFactory.createKey(signer.privateKey().getEncoded()));
            } catch (IOException e) {
                throw new TrustException.Storage(
                        "the Ed25519 key " + signer.publicKey().keyId(), e);
            }
        }

        @Override
        public TrustKey publicKey() {
            return publicKey;
        }

        @Override
        public byte[] sign(byte[] message) {
            // One for each signature: it is not for several threads, and costs nothing to make.
            var signer = new org.bouncycastle.crypto.signers.Ed25519Signer();
            signer.init(true, key);
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        }
    }
}

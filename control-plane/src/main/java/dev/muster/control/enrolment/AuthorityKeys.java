package dev.muster.control.enrolment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where the keys of authorities lie: in files, or in a PKCS#11 token that never gives them out. What is kept of a key in a file of
 * its own is the key itself or its name in the token; keys made before there was a token stay usable. Thread-safe.
 */
final class AuthorityKeys {
    private static final String TOKEN = "pkcs11:";
    private static final int NAME_BYTES = 8;

    private final Optional<Token> token;
    private final Clock clock;

    private record Token(Provider provider, KeyStore store) {}

    private AuthorityKeys(Optional<Token> token, Clock clock) {
        this.token = token;
        this.clock = clock;
    }

    /**
     * A key and what is kept of it.
     *
     * @param kept a secret, unless it names a key in a token
     */
    record Kept(PrivateKey key, String kept) {
        @Override
        public String toString() {
            return "Kept";
        }
    }

    /** A new pair and what is kept of its key. */
    record Made(KeyPair pair, String kept) {
        Kept secret() {
            return new Kept(pair.getPrivate(), kept);
        }

        @Override
        public String toString() {
            return "Made";
        }
    }

    /** Keys in files. */
    static AuthorityKeys inFiles(Clock clock) {
        return new AuthorityKeys(Optional.empty(), clock);
    }

    /**
     * New keys in a token.
     *
     * @param config of the JDK's provider SunPKCS11: {@code name}, {@code library}, {@code slotListIndex}
     * @param pin file whose first line is the user's PIN
     */
    static AuthorityKeys inToken(Path config, Path pin, Clock clock) throws IOException, GeneralSecurityException {
        Provider bare = Security.getProvider("SunPKCS11");
        if (bare == null) {
            throw new GeneralSecurityException("this JVM has no provider SunPKCS11 (module jdk.crypto.cryptoki)");
        }
        Provider provider = bare.configure(config.toString());
        if (Security.getProvider(provider.getName()) == null) {
            // Behind all others: it is asked for its own keys only.
            Security.addProvider(provider);
        }
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        char[] secret = Files.readString(pin).lines().findFirst().orElse("").toCharArray();
        store.load(null, secret);
        return new AuthorityKeys(Optional.of(new Token(provider, store)), clock);
    }

    /** Whether new keys are made in a token. */
    boolean isToken() {
        return token.isPresent();
    }

    /** A new EC P-256 key. */
    synchronized Made make() throws GeneralSecurityException {
        if (token.isEmpty()) {
            KeyPair pair = Certificates.newKey();
            return new Made(pair, Certificates.pem(pair.getPrivate()));
        }
        Token there = token.get();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", there.provider());
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] random = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(random);
        String name = "muster-" + HexFormat.of().formatHex(random);
        // A key store lists keys with a certificate only; this one says nothing else.
        X509Certificate label = Certificates.root(name, pair, clock.instant());
        there.store().setKeyEntry(name, pair.getPrivate(), null, new X509Certificate[] {label});
        return new Made(new KeyPair(pair.getPublic(), read(there, name)), TOKEN + name);
    }

    /** The key of which this was kept. */
    synchronized Kept read(String kept) throws IOException, GeneralSecurityException {
        String text = kept.strip();
        if (!text.startsWith(TOKEN)) {
            return new Kept(Certificates.readKey(kept), kept);
        }
        Token there = token.orElseThrow(() -> new GeneralSecurityException(
                "expected `muster.ca.pkcs11.config`: the key `" + text + "` lies in a token"));
        return new Kept(read(there, text.substring(TOKEN.length())), text);
    }

    /** Deletes a key in a token; one in a file goes with its file. */
    synchronized void forget(String kept) throws GeneralSecurityException {
        String text = kept.strip();
        if (text.startsWith(TOKEN) && token.isPresent()) {
            token.get().store().deleteEntry(text.substring(TOKEN.length()));
        }
    }

    private static PrivateKey read(Token there, String name) throws GeneralSecurityException {
        if (there.store().getKey(name, null) instanceof PrivateKey key) {
            return key;
        }
        throw new GeneralSecurityException("expected a key `" + name + "` in the token, found none");
    }
}

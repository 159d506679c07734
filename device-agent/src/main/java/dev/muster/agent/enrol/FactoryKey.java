package dev.muster.agent.enrol;

import dev.muster.agent.identity.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** The certificate that the device's maker gave it, and its key, wherever that lies. */
public interface FactoryKey {
    /** The factory certificate first, then its issuers, in PEM. */
    String chainPem();

    /** A signature of the certificate's key: ECDSA or RSA (PKCS#1 v1.5) with SHA-256, or Ed25519. */
    byte[] sign(byte[] text) throws GeneralSecurityException;

    /** A key that lies in a file, PKCS#8 in PEM; a board with a secure element brings its own. */
    static FactoryKey ofFiles(Path certificates, Path key) throws IOException, GeneralSecurityException {
        String chain = Files.readString(certificates, StandardCharsets.US_ASCII);
        PrivateKey secret = Pem.anyPrivateKey(Files.readString(key, StandardCharsets.US_ASCII));
        String algorithm =
                switch (secret.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    case "EdDSA", "Ed25519" -> "Ed25519";
                    default ->
                        throw new GeneralSecurityException("expected a key of EC, RSA or Ed25519 in `" + key
                                + "`, found " + secret.getAlgorithm());
                };
        return new FactoryKey() {
            @Override
            public String chainPem() {
                return chain;
            }

            @Override
            public byte[] sign(byte[] text) throws GeneralSecurityException {
                Signature signer = Signature.getInstance(algorithm);
                signer.initSign(secret);
                signer.update(text);
                return signer.sign();
            }
        };
    }
}

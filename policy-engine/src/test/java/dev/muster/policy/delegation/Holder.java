package dev.muster.policy.delegation;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** Somebody with a key pair, the same for equal numbers. */
public record Holder(HolderKey key, PrivateKey secret) implements DelegationChain.Signing {
    public static Holder of(int number) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, new SecureRandom() {
                private static final long serialVersionUID = 1;

                @Override
                public void nextBytes(byte[] bytes) {
                    Arrays.fill(bytes, (byte) number);
                }
            });
            KeyPair pair = generator.generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            return new Holder(
                    HolderKey.of(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The proof of a claim with this holder's key. */
    public String prove(Claim claim, DelegationChain chain) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sign(claim.message(chain)));
    }
}

package dev.muster.agent.policy;

import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.HolderKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** Somebody with an Ed25519 key pair. */
public record Keys(HolderKey key, PrivateKey secret) implements DelegationChain.Signing {
    public static Keys generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            return new Keys(
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

    /** The proof of a claim. */
    public String prove(Claim claim, DelegationChain chain) {
        return base64(sign(claim.message(chain)));
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

package dev.muster.policy.delegation;

import dev.muster.policy.model.AppKey;

/**
 * What the holder of a chain asks a device for, and proves by signing it.
 *
 * @param nonce 32 bytes that the device made for this one proof, base64url without padding
 * @param tenant of the device
 * @param device id of the device that made the nonce
 */
public record Claim(String nonce, String tenant, String device, AppKey app, String permission) {
    /** Bytes of a nonce. */
    public static final int NONCE_BYTES = 32;

    public Claim {
        if (ChainCodec.decode(nonce).length != NONCE_BYTES) {
            throw new DelegationException("proof: a nonce of " + NONCE_BYTES + " bytes in base64url expected");
        }
    }

    /** What the chain's last holder signs: bound to the whole chain and to every part of the question. */
    public byte[] message(DelegationChain chain) {
        return ChainCodec.proof(this, chain.ids().getLast());
    }
}

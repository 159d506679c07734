/**
 * Keys: how they are named, kept in files, used to sign and to verify. {@link dev.muster.trust.keys.Signer} is the seam
 * for keys that live elsewhere (KMS, PKCS#11, a disconnected machine).
 */
@NullMarked
package dev.muster.trust.keys;

import org.jspecify.annotations.NullMarked;

package dev.muster.control.reported;

import java.security.cert.X509Certificate;

/**
 * A manifest as it arrived: what lets anybody check later that the device said it.
 *
 * @param envelope the body, UTF-8 JSON with the exact bytes of the manifest and their signature; never changed
 * @param certificate whose key verified the signature
 */
public record ManifestProof(String envelope, X509Certificate certificate) {}

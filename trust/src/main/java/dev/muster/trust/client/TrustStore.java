package dev.muster.trust.client;

import java.util.Optional;

/**
 * Keeps the newest verified bytes of each role. Only verified bytes are ever written; reading them back is verified
 * again, so a damaged store costs a download and never trust. One user at a time.
 */
public interface TrustStore {
    /** The bytes kept for {@code role}, exactly as written, or empty. */
    Optional<byte[]> read(String role);

    /** Replaces the bytes of {@code role}: after a power cut either the old or the new bytes are there. */
    void write(String role, byte[] bytes);

    /** Forgets {@code role}; no error if there is nothing. */
    void delete(String role);
}

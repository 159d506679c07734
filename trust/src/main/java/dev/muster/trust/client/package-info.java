/**
 * The TUF client workflow (specification 1.0, section 5): fetch, verify, and only then keep. I/O is behind
 * {@link dev.muster.trust.client.MetadataFetcher} and {@link dev.muster.trust.client.TrustStore}.
 */
@NullMarked
package dev.muster.trust.client;

import org.jspecify.annotations.NullMarked;

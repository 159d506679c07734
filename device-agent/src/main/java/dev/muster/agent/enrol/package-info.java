/**
 * How the device gets its first certificate and renews it: PKCS#10 by hand, the server pinned by fingerprint.
 */
@NullMarked
package dev.muster.agent.enrol;

import org.jspecify.annotations.NullMarked;

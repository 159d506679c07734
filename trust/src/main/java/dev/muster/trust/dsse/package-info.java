/**
 * Signed envelopes of the Dead Simple Signing Envelope specification (secure-systems-lab/dsse, version 1): any bytes, their
 * type, and signatures over both.
 */
@NullMarked
package dev.muster.trust.dsse;

import org.jspecify.annotations.NullMarked;

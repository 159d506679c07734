/**
 * How the device gets its first certificate and renews it: the server is pinned by fingerprint.
 */
@NullMarked
package dev.muster.agent.enrol;

import org.jspecify.annotations.NullMarked;

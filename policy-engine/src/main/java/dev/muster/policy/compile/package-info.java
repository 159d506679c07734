/** Judges a policy against a device profile and writes the compiled bundle. Runs on the server, never on the device. */
@NullMarked
package dev.muster.policy.compile;

import org.jspecify.annotations.NullMarked;

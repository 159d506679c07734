/**
 * How a device gets its certificate, and renews it.
 */
@NullMarked
package dev.muster.protocol.enrol;

import org.jspecify.annotations.NullMarked;

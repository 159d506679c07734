/**
 * The trace that a change belongs to, as it crosses the wire.
 */
@NullMarked
package dev.muster.protocol.trace;

import org.jspecify.annotations.NullMarked;

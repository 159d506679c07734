/**
 * Images as segments, and how few bytes bring a device from one image to the next: the manifest of a target's segments, the file
 * of a delta, and the decoder that devices use. One file format holds deltas and whole images; see {@code docs/reference/delta-file.md}.
 *
 * <p>INVARIANT (bounded): what a file says about itself never decides how much memory is taken; the limits of {@link
 * dev.muster.protocol.delta.DeltaFormat} do.
 */
@NullMarked
package dev.muster.protocol.delta;

import org.jspecify.annotations.NullMarked;

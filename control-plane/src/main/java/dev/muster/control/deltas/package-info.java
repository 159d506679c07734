/**
 * Deltas between images: which ones are worth making follows from what devices report to run; workers make them in the background
 * and list them under {@code delta/*} of the image repository, where devices look for them. INVARIANT (same bytes): a delta is
 * listed only after it was decoded here as devices decode it, to the hash that the image's publisher signed.
 */
@NullMarked
package dev.muster.control.deltas;

import org.jspecify.annotations.NullMarked;

/** The encodings that devices send values in, read into canonical metrics. */
@NullMarked
package dev.muster.telemetry.payload;

import org.jspecify.annotations.NullMarked;

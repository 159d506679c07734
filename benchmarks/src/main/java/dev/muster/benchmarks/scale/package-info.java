/** Many devices on one gateway: {@code ./muster bench scale}. */
@NullMarked
package dev.muster.benchmarks.scale;

import org.jspecify.annotations.NullMarked;

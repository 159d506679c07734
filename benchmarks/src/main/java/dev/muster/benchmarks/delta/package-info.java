/** Deltas beside what else there is: bytes, CPU and memory on pairs of file trees of Debian packages. */
@NullMarked
package dev.muster.benchmarks.delta;

import org.jspecify.annotations.NullMarked;

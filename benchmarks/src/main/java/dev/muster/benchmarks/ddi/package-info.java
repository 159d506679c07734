/** {@code ./muster bench ddi}: what hawkBit's clients cost. */
@NullMarked
package dev.muster.benchmarks.ddi;

import org.jspecify.annotations.NullMarked;

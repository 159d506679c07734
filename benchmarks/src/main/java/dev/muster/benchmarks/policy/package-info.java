/**
 * {@code ./muster bench policy}: how fast permissions are decided, compiled and compared, with the limits of the hardware
 * and other engines beside ours, asked the same questions in the same run.
 */
@NullMarked
package dev.muster.benchmarks.policy;

import org.jspecify.annotations.NullMarked;

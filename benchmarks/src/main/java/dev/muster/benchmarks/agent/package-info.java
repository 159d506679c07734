/**
 * How much of a small device one packaged agent takes.
 */
@NullMarked
package dev.muster.benchmarks.agent;

import org.jspecify.annotations.NullMarked;

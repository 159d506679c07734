/**
 * Benchmarks by name: each prints a table and writes {@code benchmarks/results/NAME.json}. Never shipped.
 */
@NullMarked
package dev.muster.benchmarks;

import org.jspecify.annotations.NullMarked;

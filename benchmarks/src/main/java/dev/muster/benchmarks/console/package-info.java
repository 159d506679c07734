/** The console's pages in a real browser, by size of the fleet. */
@NullMarked
package dev.muster.benchmarks.console;

import org.jspecify.annotations.NullMarked;

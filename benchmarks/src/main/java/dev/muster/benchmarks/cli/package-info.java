/** What the command line takes to start. */
@NullMarked
package dev.muster.benchmarks.cli;

import org.jspecify.annotations.NullMarked;

/** What is counted while devices run, for any thread. */
@NullMarked
package dev.muster.simulator.figures;

import org.jspecify.annotations.NullMarked;

/** One simulated device, without any input or output of its own. */
@NullMarked
package dev.muster.simulator.device;

import org.jspecify.annotations.NullMarked;

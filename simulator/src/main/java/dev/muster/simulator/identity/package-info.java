/** Keys and certificates of simulated devices: how they are enrolled, and how they are kept. */
@NullMarked
package dev.muster.simulator.identity;

import org.jspecify.annotations.NullMarked;

/** How devices behave, and how many do so. Pure: chance is injected, time passes elsewhere. */
@NullMarked
package dev.muster.simulator.behaviour;

import org.jspecify.annotations.NullMarked;

/** A whole simulation, from its devices' enrolment to their farewell. */
@NullMarked
package dev.muster.simulator.run;

import org.jspecify.annotations.NullMarked;

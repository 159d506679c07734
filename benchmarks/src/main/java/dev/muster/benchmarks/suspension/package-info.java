/** How long a suspended device keeps its session, on the gateway that was told and on another one. */
@NullMarked
package dev.muster.benchmarks.suspension;

import org.jspecify.annotations.NullMarked;

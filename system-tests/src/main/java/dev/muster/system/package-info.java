/**
 * The packaged product from outside, as a person at a terminal has it: {@link dev.muster.system.Product} and its command line,
 * {@link dev.muster.system.AgentProcess} one device in a JVM of its own. Used by the system tests and by what runs longer.
 */
@NullMarked
package dev.muster.system;

import org.jspecify.annotations.NullMarked;

/**
 * Many agents in one process.
 */
@NullMarked
package dev.muster.agent.fleet;

import org.jspecify.annotations.NullMarked;

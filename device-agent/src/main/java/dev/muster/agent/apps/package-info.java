/**
 * App packages: reading, safe unpacking, and versioned directories with one atomic switch.
 */
@NullMarked
package dev.muster.agent.apps;

import org.jspecify.annotations.NullMarked;

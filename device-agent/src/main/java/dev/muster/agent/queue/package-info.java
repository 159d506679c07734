/**
 * A bounded, crash-safe queue on disk.
 */
@NullMarked
package dev.muster.agent.queue;

import org.jspecify.annotations.NullMarked;

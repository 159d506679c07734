/**
 * The update machine: one target at a time, every state persisted before the act it describes. A power cut at any
 * instant leads to the old or the new, never to a mixture.
 */
@NullMarked
package dev.muster.agent.update;

import org.jspecify.annotations.NullMarked;

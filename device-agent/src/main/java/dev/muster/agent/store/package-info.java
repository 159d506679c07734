/**
 * Files that survive a power cut: atomic replacement, and a document in two alternating slots.
 */
@NullMarked
package dev.muster.agent.store;

import org.jspecify.annotations.NullMarked;

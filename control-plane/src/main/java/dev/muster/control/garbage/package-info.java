/**
 * Collects images and apps that nothing needs any more. {@code Verdict} decides, pure; {@code UsesStore} knows who needs
 * what; the worker looks once an hour, marks, and takes away what is still marked after the grace.
 *
 * <p>INVARIANT (needed stays): an artifact goes only in a transaction that holds its row and found no use of it; whoever
 * names one in a release holds the row too. Its bytes go only under the lock of all bytes, when no tenant has a row or a
 * claim for them. What the server makes itself, such as policies, is never collected: explanations of the past read it.
 */
@NullMarked
package dev.muster.control.garbage;

import org.jspecify.annotations.NullMarked;

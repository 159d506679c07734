/**
 * One-off verbs with an id and a deadline; exactly one final answer each.
 */
@NullMarked
package dev.muster.protocol.command;

import org.jspecify.annotations.NullMarked;

/**
 * One-off verbs: taken in at least once, done at most once, answered once. {@link dev.muster.agent.commands.CommandBook}
 * remembers every id until its deadline is over, {@link dev.muster.agent.commands.CommandRunner} does what the signed
 * allow-list lets it, {@link dev.muster.agent.commands.Uploader} carries what is too long for an answer.
 */
@NullMarked
package dev.muster.agent.commands;

import org.jspecify.annotations.NullMarked;

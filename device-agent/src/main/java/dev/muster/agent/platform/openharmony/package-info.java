/**
 * OpenHarmony through its own tools ({@code param}, {@code bm}): what they are asked, and what their answers mean. Reading the answers
 * is pure; only {@link dev.muster.agent.platform.openharmony.Tools} starts programs.
 */
@NullMarked
package dev.muster.agent.platform.openharmony;

import org.jspecify.annotations.NullMarked;

/** {@code muster freezes}: times in which no rollout starts a device. */
@NullMarked
package dev.muster.cli.freezes;

import org.jspecify.annotations.NullMarked;

/** Devices attached to this machine through OpenHarmony's {@code hdc}. */
@NullMarked
package dev.muster.cli.hdc;

import org.jspecify.annotations.NullMarked;

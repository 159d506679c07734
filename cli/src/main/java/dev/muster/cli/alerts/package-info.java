/** {@code muster alerts}: what fires, the rules behind it, silences, and whom to tell. */
@NullMarked
package dev.muster.cli.alerts;

import org.jspecify.annotations.NullMarked;

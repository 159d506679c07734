/** {@code muster four-eyes}: what nobody does alone, and what waits for a second person. */
@NullMarked
package dev.muster.cli.foureyes;

import org.jspecify.annotations.NullMarked;

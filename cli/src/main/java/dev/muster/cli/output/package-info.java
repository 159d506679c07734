/** How answers look at a terminal and in a pipe. Knows no command. */
@NullMarked
package dev.muster.cli.output;

import org.jspecify.annotations.NullMarked;

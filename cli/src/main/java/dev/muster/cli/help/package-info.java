/** Remote help: terminal, files and forwards. */
@NullMarked
package dev.muster.cli.help;

import org.jspecify.annotations.NullMarked;

/** {@code muster import}: what other servers know comes here. */
@NullMarked
package dev.muster.cli.importing;

import org.jspecify.annotations.NullMarked;

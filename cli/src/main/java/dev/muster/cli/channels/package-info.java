/** Verbs for channels of releases. */
@NullMarked
package dev.muster.cli.channels;

import org.jspecify.annotations.NullMarked;

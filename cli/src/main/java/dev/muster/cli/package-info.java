/** The {@code muster} command line: every capability of the REST API as a verb. A thin client; it decides nothing. */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;

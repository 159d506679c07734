/** Calls of the REST API, and what went wrong as one line with one exit code. */
@NullMarked
package dev.muster.cli.http;

import org.jspecify.annotations.NullMarked;

/**
 * How the command lines of this module run and fail. Knows picocli, which `process` and the servers do not.
 */
@NullMarked
package dev.muster.standalone.commandline;

import org.jspecify.annotations.NullMarked;

/** The fleet in numbers. */
@NullMarked
package dev.muster.cli.fleet;

import org.jspecify.annotations.NullMarked;

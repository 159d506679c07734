/** Entry point of {@code ./muster up}, {@code down} and {@code status}. */
@NullMarked
package dev.muster.standalone;

import org.jspecify.annotations.NullMarked;

/**
 * {@code ./muster up}, {@code down} and {@code status}: the whole product on one machine, in a data directory. One
 * supervisor process holds the directory's lock, starts the servers in order, restarts what dies and stops all in
 * reverse.
 */
@NullMarked
package dev.muster.standalone.up;

import org.jspecify.annotations.NullMarked;

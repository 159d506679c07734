/** Connections to brokers that are there already. */
@NullMarked
package dev.muster.cli.bridges;

import org.jspecify.annotations.NullMarked;

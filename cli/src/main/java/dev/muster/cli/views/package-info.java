/** Saved views of the list of devices. */
@NullMarked
package dev.muster.cli.views;

import org.jspecify.annotations.NullMarked;

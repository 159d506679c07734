/** {@code muster deltas}: what brings devices from one image to the next in fewer bytes. */
@NullMarked
package dev.muster.cli.deltas;

import org.jspecify.annotations.NullMarked;

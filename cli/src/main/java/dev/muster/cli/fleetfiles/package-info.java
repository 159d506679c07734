/** The fleet as files: what they would change, changing it, and whether anything differs. */
@NullMarked
package dev.muster.cli.fleetfiles;

import org.jspecify.annotations.NullMarked;

/** The fleet at a glance, and the search through everything. */
@NullMarked
package dev.muster.cli.overview;

import org.jspecify.annotations.NullMarked;

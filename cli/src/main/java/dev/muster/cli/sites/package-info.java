/** Sites, the places where devices are. */
@NullMarked
package dev.muster.cli.sites;

import org.jspecify.annotations.NullMarked;

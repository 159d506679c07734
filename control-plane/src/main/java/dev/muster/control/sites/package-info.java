/**
 * Sites: a tree of places with a time zone and an uplink budget.
 */
@NullMarked
package dev.muster.control.sites;

import org.jspecify.annotations.NullMarked;

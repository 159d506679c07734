/**
 * Sites: a tree of places with a time zone, an uplink budget, a maintenance window and a gateway. What a site does not say itself is that of the nearest site above that does. INVARIANT (tree): no site lies in itself; changes of the tree hold one lock.
 */
@NullMarked
package dev.muster.control.sites;

import org.jspecify.annotations.NullMarked;

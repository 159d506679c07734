/** Offline bundles: a file in place of the link. It is a way of transport; what is in it is believed only as far as it is signed. */
@NullMarked
package dev.muster.agent.bundle;

import org.jspecify.annotations.NullMarked;

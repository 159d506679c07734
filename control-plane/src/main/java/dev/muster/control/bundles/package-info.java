/**
 * Offline bundles: what named devices would fetch, in one file for those that have no link. The file is a way of transport only;
 * devices believe what is signed in it, and nothing else.
 */
@NullMarked
package dev.muster.control.bundles;

import org.jspecify.annotations.NullMarked;

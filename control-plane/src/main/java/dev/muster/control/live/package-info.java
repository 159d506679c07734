/**
 * Tells open pages that something changed. In memory of one instance: a page hears of what happens in the instance it is
 * connected to; with several instances it reads again when it reconnects, at the latest after five minutes.
 */
@NullMarked
package dev.muster.control.live;

import org.jspecify.annotations.NullMarked;

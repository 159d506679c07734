/**
 * Rights that apps lack and ask people for: devices tell them as event {@code permission.request}, security officers see them
 * and answer. Saying yes changes nothing by itself: the right comes with a Capability that somebody publishes.
 */
@NullMarked
package dev.muster.control.requests;

import org.jspecify.annotations.NullMarked;

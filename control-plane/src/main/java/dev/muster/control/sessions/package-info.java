/** Sessions of people that ended before their tokens did; that a token is refused for it is decided in {@code access}. */
@NullMarked
package dev.muster.control.sessions;

import org.jspecify.annotations.NullMarked;

/**
 * Rules of alerts, which devices each watches, and the book of what came of it. Streams judge; this package tells them what to
 * look at, keeps what they find, and what people make of it. Who is told of it outside, `notices` decides.
 */
@NullMarked
package dev.muster.control.alerts;

import org.jspecify.annotations.NullMarked;

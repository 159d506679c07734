/**
 * What devices say they are: reports from Kafka and signed manifests from the device port. Stores the last of each, then
 * tells the listeners in the same transaction; those decide what follows from it.
 */
@NullMarked
package dev.muster.control.reported;

import org.jspecify.annotations.NullMarked;

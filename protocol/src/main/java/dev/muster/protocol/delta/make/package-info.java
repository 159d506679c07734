/** Makes the files of package {@code delta}: on servers and in benchmarks, never on devices. */
@NullMarked
package dev.muster.protocol.delta.make;

import org.jspecify.annotations.NullMarked;

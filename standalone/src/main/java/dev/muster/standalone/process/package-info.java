/**
 * Child processes and what they need from the machine: programs unpacked once, free ports, owner-only files, a lock on
 * a data directory. Knows nothing of the servers it runs.
 *
 * <p>INVARIANT (whole or absent): whatever is unpacked or initialised appears under its final name by one rename, so an
 * earlier start that died half-way leaves only a temporary folder that the next start removes.
 */
@NullMarked
package dev.muster.standalone.process;

import org.jspecify.annotations.NullMarked;

/**
 * Artifacts: OS images and app packages by their SHA-256, what is known of them, and their bytes.
 *
 * <p>INVARIANT (bytes first): a row exists only after its bytes are in place, so whoever finds the row finds the bytes.
 * Uploads are never held in memory. A device gets exactly the bytes that its own desired state names.
 */
@NullMarked
package dev.muster.control.artifacts;

import org.jspecify.annotations.NullMarked;

/**
 * What a server does first on a database that came out of a backup: nobody who has seen newer versions may be shown older ones, and
 * Kafka knows nothing any more of what it holds only as a copy. The rows themselves are put right before, by the owner's function
 * {@code after_restore} (ADR 80). Features take part as {@link dev.muster.control.restored.AfterRestore}.
 */
@NullMarked
package dev.muster.control.restored;

import org.jspecify.annotations.NullMarked;

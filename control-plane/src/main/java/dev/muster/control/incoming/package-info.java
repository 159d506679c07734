/**
 * Uploads of artifacts that survive a broken connection, a killed client and a restart of the server: announced, sent from
 * where the server says that it goes on, finished, and only then an artifact. Header names and statuses are those of the
 * IETF draft "Resumable Uploads for HTTP" where they fit (ADR 25). Uploads of devices are another matter: {@code uploads}.
 *
 * <p>INVARIANT (never ahead): {@code received} counts bytes that were forced to disk, never more; what lies behind them in
 * the file is written over.
 */
@NullMarked
package dev.muster.control.incoming;

import org.jspecify.annotations.NullMarked;

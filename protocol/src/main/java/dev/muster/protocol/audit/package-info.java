/**
 * The audit trail as it can be checked by anybody: the canonical form of a row, the chain of seals over rows, and the file of
 * an export. Server and command line compute with the very same code.
 */
@NullMarked
package dev.muster.protocol.audit;

import org.jspecify.annotations.NullMarked;

/**
 * The append-only record of every change by a person or service, written in the same transaction as the change.
 */
@NullMarked
package dev.muster.control.audit;

import org.jspecify.annotations.NullMarked;

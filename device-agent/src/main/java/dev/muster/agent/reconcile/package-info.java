/**
 * The loop: refresh, verify, desired minus actual, one step at a time, report.
 */
@NullMarked
package dev.muster.agent.reconcile;

import org.jspecify.annotations.NullMarked;

/**
 * {@code muster simulate}: tens of thousands of devices in one process. Each has its own key and certificate by real enrolment and its
 * own session; documents are verified partially and nothing is installed but in memory (ADR 44).
 */
@NullMarked
package dev.muster.simulator;

import org.jspecify.annotations.NullMarked;

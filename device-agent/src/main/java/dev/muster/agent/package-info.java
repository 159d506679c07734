/**
 * The agent of one device: enrol, reconcile to the one signed document, report. Plain Java, wired by hand in
 * {@link dev.muster.agent.DeviceAgent}; no container, no static state, no exit of the process outside {@code Main}.
 */
@NullMarked
package dev.muster.agent;

import org.jspecify.annotations.NullMarked;

/**
 * What each device must be: one row per device and target name. Whoever changes it goes through
 * {@link dev.muster.control.desired.DesiredService}, which bumps the device's generation and tells gateway and device in
 * the same transaction. What has no row is never touched on the device.
 */
@NullMarked
package dev.muster.control.desired;

import org.jspecify.annotations.NullMarked;

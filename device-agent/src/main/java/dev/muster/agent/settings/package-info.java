/**
 * What the settings in force ask of the platform: brought about, looked at every second, put back and told when somebody
 * changed it.
 */
@NullMarked
package dev.muster.agent.settings;

import org.jspecify.annotations.NullMarked;

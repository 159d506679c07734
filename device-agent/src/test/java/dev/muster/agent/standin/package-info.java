/**
 * Stand-ins for a device with OpenHarmony: they print by the public descriptions of the tools, and decide by the policy engine's model
 * of the access token manager. They share no code with the agent that writes or reads what the tools say.
 */
@NullMarked
package dev.muster.agent.standin;

import org.jspecify.annotations.NullMarked;

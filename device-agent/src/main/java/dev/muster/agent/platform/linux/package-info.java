/**
 * What a Linux machine offers beyond files: RAUC's slots, systemd, the time service, facts and values of the kernel. Every
 * root of the file system is injected. Called by {@link dev.muster.agent.platform.LinuxPlatform} and the agent's entry point.
 */
@NullMarked
package dev.muster.agent.platform.linux;

import org.jspecify.annotations.NullMarked;

/** What OpenHarmony permissions exist and which app may ask for them. Pure data; JDK only. */
@NullMarked
package dev.muster.policy.permission;

import org.jspecify.annotations.NullMarked;

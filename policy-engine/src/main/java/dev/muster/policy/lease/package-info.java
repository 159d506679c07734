/** How long a policy stays in force without contact, judged by a clock that survives reboots and a lost real-time clock. */
@NullMarked
package dev.muster.policy.lease;

import org.jspecify.annotations.NullMarked;

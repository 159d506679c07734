/** What happened on devices, as they told it: drift, permission use, lifecycle, security. Append-only. */
@NullMarked
package dev.muster.control.events;

import org.jspecify.annotations.NullMarked;

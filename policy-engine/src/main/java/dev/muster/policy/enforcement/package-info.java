/** How far a decision binds on a device, told truly. */
@NullMarked
package dev.muster.policy.enforcement;

import org.jspecify.annotations.NullMarked;

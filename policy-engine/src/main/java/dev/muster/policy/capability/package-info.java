/** Rights of single devices: the content of target {@code capabilities}, and chains by which holders hand rights on. */
@NullMarked
package dev.muster.policy.capability;

import org.jspecify.annotations.NullMarked;

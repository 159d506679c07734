/** Rights of single devices: the content of target {@code capabilities}. */
@NullMarked
package dev.muster.policy.capability;

import org.jspecify.annotations.NullMarked;

/** Identity of a running app or process on a device: the AccessTokenID of OpenHarmony. */
@NullMarked
package dev.muster.policy.token;

import org.jspecify.annotations.NullMarked;

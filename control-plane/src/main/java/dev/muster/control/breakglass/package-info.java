/** The one login for when the OpenID provider fails: made on the machine, used up here. */
@NullMarked
package dev.muster.control.breakglass;

import org.jspecify.annotations.NullMarked;

/** How people log in, with the real Keycloak asked and changed through its own API. */
@NullMarked
package dev.muster.system.login;

import org.jspecify.annotations.NullMarked;

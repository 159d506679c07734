/**
 * Keycloak as a child process: unpacked and built once for PostgreSQL, started from that build, with the realm
 * {@code muster}. The realm names clients, one group and one person; what somebody may do is decided by Muster's own
 * role bindings.
 */
@NullMarked
package dev.muster.standalone.keycloak;

import org.jspecify.annotations.NullMarked;

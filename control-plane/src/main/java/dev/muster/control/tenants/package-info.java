/**
 * The life of tenants: made, suspended and let go on, limited and deleted by administrators of tenant {@code default}, who own the
 * installation and get no rights inside the others. INVARIANT (own rows): a tenant's row is read and written in a transaction of
 * that tenant alone (ADR 35).
 */
@NullMarked
package dev.muster.control.tenants;

import org.jspecify.annotations.NullMarked;

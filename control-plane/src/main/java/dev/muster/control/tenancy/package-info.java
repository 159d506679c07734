/**
 * The only way to the database: one transaction that carries the tenant, so that row-level security shows that tenant's rows and no others.
 */
@NullMarked
package dev.muster.control.tenancy;

import org.jspecify.annotations.NullMarked;

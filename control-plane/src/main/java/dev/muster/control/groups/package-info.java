/**
 * Groups of devices: static ones list their members, dynamic ones are a query. Membership is a table. INVARIANT (membership):
 * a device is a member of a dynamic group exactly while the group's query selects it; both sides change in the transaction
 * that changes the data, at a cost that does not depend on the size of the fleet. Only a change of a group's query, or of the
 * tree of sites, looks at more than one device. See ADR 17. Selectors name a group by {@code group==name}.
 */
@NullMarked
package dev.muster.control.groups;

import org.jspecify.annotations.NullMarked;

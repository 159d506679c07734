/**
 * What people ask about single devices across features, and inventories as files: difference of desired and reported state,
 * timeline, import and export, replacement of hardware, completion of device queries. Knows other features only through their
 * services; owns no table.
 */
@NullMarked
package dev.muster.control.registry;

import org.jspecify.annotations.NullMarked;

/**
 * Where each device stands with its policy: one row per device, changed when what it says changes, so that no page ever
 * counts the fleet; and the matrix of what its apps may do. Time alone makes a device stale: a keeper looks at the rows
 * that are due.
 */
@NullMarked
package dev.muster.control.compliance;

import org.jspecify.annotations.NullMarked;

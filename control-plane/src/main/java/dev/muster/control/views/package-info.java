/**
 * Saved views: queries of the list of devices under a name, one's own or shown to everybody of the tenant. A view gives no right:
 * whoever opens it sees what they may see of what it selects.
 */
@NullMarked
package dev.muster.control.views;

import org.jspecify.annotations.NullMarked;

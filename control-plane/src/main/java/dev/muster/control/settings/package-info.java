/**
 * Settings documents per tenant, site, group and device, which the server merges in that order.
 */
@NullMarked
package dev.muster.control.settings;

import org.jspecify.annotations.NullMarked;

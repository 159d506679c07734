/**
 * Giving and taking roles: by administrators over the REST API, and once at the first start.
 */
@NullMarked
package dev.muster.control.bindings;

import org.jspecify.annotations.NullMarked;

/**
 * The one way to addresses that somebody chose, such as those of webhooks: HTTPS only, to addresses of the public internet or to
 * networks that the operator named, at the very address that was checked, without redirects, within bounds of time and size.
 */
@NullMarked
package dev.muster.control.outbound;

import org.jspecify.annotations.NullMarked;

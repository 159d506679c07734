/**
 * The HTTPS port of the devices: identity from the client certificate, checked on every route; features contribute routes.
 */
@NullMarked
package dev.muster.control.deviceapi;

import org.jspecify.annotations.NullMarked;

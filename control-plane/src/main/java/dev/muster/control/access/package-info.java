/**
 * Who may do what: people and services by OpenID token, roles bound for a device selector, the one guard every resource passes, and the scope every store query takes. Fails closed.
 */
@NullMarked
package dev.muster.control.access;

import org.jspecify.annotations.NullMarked;

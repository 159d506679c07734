/**
 * Who a message is about: tenant, device, and how both stand in a certificate.
 */
@NullMarked
package dev.muster.protocol.identity;

import org.jspecify.annotations.NullMarked;

/**
 * Vendors of packages that a tenant knows: root certificates, added and removed over REST, beside those that
 * {@code muster.packages.trust-anchors} names for the whole server. A change judges every package of the tenant anew in the same
 * transaction, from the certificates that came with it, so that no answer is older than the list.
 */
@NullMarked
package dev.muster.control.vendors;

import org.jspecify.annotations.NullMarked;

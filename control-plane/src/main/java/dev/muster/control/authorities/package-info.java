/**
 * What people do about Muster's certificate authorities: see them, ask a company's root for one, install and rotate them, and
 * retire one whose last certificate has ended. The authorities are the server's, not a tenant's, so that administrators of the
 * tenant {@code default} alone touch them. Keys and certificates are of the feature {@code enrolment}.
 */
@NullMarked
package dev.muster.control.authorities;

import org.jspecify.annotations.NullMarked;

/**
 * A tenant's two TUF repositories: images (what may ever run) and the director (what each device must be).
 *
 * <p>Publications join the caller's transaction, under one lock per tenant, so that no client ever sees half of one. The
 * director signs a device's document when the device fetches it, under the device row's lock: silent devices cost
 * nothing. Keys of starter mode lie in the data directory, readable by their owner only. Changes of keys, and in strict
 * mode uploads, are drafts that people sign elsewhere (ADR 22).
 */
@NullMarked
package dev.muster.control.trustrepo;

import org.jspecify.annotations.NullMarked;

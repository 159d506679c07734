/**
 * The server's side: builds and signs the image repository of a tenant and the director documents of its devices, as
 * immutable values over a place that keeps bytes. Decides nothing about who may sign what; that is the caller's guard.
 */
@NullMarked
package dev.muster.trust.repository;

import org.jspecify.annotations.NullMarked;

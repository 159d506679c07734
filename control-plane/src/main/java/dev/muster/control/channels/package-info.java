/**
 * Channels of releases: an order of stages, such as dev, beta, stable, that a tenant's releases are promoted through. A release is
 * in the furthest channel it has reached and in all before it. Channels move no device: a rollout may ask for the newest
 * release of one, and names what it found. Every move is audited and kept.
 */
@NullMarked
package dev.muster.control.channels;

import org.jspecify.annotations.NullMarked;

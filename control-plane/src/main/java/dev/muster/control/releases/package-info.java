/**
 * Releases: named, versioned, immutable sets of targets for any number of device types. A release moves nothing; a
 * rollout does.
 */
@NullMarked
package dev.muster.control.releases;

import org.jspecify.annotations.NullMarked;

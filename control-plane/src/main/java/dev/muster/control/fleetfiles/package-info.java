/**
 * The fleet as files: what sites, groups, settings, rules, policies and rollouts are to be, in YAML. A plan is the change itself,
 * done and taken back, so nothing is foretold by a second set of rules. INVARIANT (all or nothing): a folder is applied in one
 * transaction. Features take part by a {@link dev.muster.control.fleetfiles.FleetKind}; this package knows none of them. See
 * ADR 76.
 */
@NullMarked
package dev.muster.control.fleetfiles;

import org.jspecify.annotations.NullMarked;

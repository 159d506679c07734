/** Policies of a tenant as values: roles, bindings and guard rails, and the device profiles they are judged against. */
@NullMarked
package dev.muster.policy.model;

import org.jspecify.annotations.NullMarked;

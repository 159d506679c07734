/** Policies: lint offline, apply, publish, explain. */
@NullMarked
package dev.muster.cli.policy;

import org.jspecify.annotations.NullMarked;

/**
 * Starts the server, or only its migrations ({@code migrate}). Sees to the schemas, then turns the roles of this instance into running parts: topics first, then gateway, streams, sink and query of the telemetry module. Besides the package telemetry the only one that knows that module.
 */
@NullMarked
package dev.muster.control.roles;

import org.jspecify.annotations.NullMarked;

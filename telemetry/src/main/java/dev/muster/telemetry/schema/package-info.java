/**
 * Telemetry's own PostgreSQL schema and how it is migrated.
 */
@NullMarked
package dev.muster.telemetry.schema;

import org.jspecify.annotations.NullMarked;

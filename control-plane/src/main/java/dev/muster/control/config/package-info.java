/**
 * What is true of the whole server: its roles, name, data directory, clock. One small configuration interface per feature lives in that feature.
 */
@NullMarked
package dev.muster.control.config;

import org.jspecify.annotations.NullMarked;

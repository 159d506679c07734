/**
 * Muster's control plane: everything that people and devices ask over HTTP. One package per feature.
 */
@NullMarked
package dev.muster.control;

import org.jspecify.annotations.NullMarked;

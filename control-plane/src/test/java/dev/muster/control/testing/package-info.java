/**
 * What the module's integration tests share: real servers, started once, and tokens of people.
 */
@NullMarked
package dev.muster.control.testing;

import org.jspecify.annotations.NullMarked;

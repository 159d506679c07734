/** Runs the tests of a policy, offline, by the engine that decides on the device. */
@NullMarked
package dev.muster.policy.language.tests;

import org.jspecify.annotations.NullMarked;

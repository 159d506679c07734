/**
 * Why a device answers as it does: now and at an earlier time, with the rules, the condition and how far the answer binds
 * there, and the proof of it as a signed file. Reads what the features below it keep; changes nothing on devices.
 */
@NullMarked
package dev.muster.control.explain;

import org.jspecify.annotations.NullMarked;

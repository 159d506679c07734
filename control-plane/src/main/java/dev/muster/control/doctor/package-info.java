/**
 * Whether this instance and what it depends on is well, and what to do where it is not. {@code Judge} decides over facts (pure);
 * {@code Probes} gathers them, each within a time limit; {@code DoctorService} says who may hear what. Changes nothing.
 */
@NullMarked
package dev.muster.control.doctor;

import org.jspecify.annotations.NullMarked;

/** Enrolment tokens. */
@NullMarked
package dev.muster.cli.enrolment;

import org.jspecify.annotations.NullMarked;

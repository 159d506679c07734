/** What this command line finds of itself and of its server, and what to do about it. */
@NullMarked
package dev.muster.cli.doctor;

import org.jspecify.annotations.NullMarked;

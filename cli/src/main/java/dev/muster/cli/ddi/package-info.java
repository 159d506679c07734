/** {@code muster ddi}: hawkBit's clients, how they come in and what they are asked to do. */
@NullMarked
package dev.muster.cli.ddi;

import org.jspecify.annotations.NullMarked;

/** Finds anything by the beginning of its name: few of each kind, so that it can be asked with every letter typed. */
@NullMarked
package dev.muster.control.search;

import org.jspecify.annotations.NullMarked;

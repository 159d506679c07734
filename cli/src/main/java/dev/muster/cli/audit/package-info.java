/** Who changed what. */
@NullMarked
package dev.muster.cli.audit;

import org.jspecify.annotations.NullMarked;

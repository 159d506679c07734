/** State of the signed metadata. */
@NullMarked
package dev.muster.cli.trust;

import org.jspecify.annotations.NullMarked;

/** The file that carries documents and bytes to devices without a link; see {@code docs/reference/bundle-file.md}. */
@NullMarked
package dev.muster.protocol.bundle;

import org.jspecify.annotations.NullMarked;

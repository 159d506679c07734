/** {@code muster bundle}: files for devices without a link. */
@NullMarked
package dev.muster.cli.bundles;

import org.jspecify.annotations.NullMarked;

/** Images and apps: upload and list. */
@NullMarked
package dev.muster.cli.artifacts;

import org.jspecify.annotations.NullMarked;

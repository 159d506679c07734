/** Releases: named, immutable sets of artifacts. */
@NullMarked
package dev.muster.cli.releases;

import org.jspecify.annotations.NullMarked;

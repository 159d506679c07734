/** Tokens: where they lie on disk, owner only, and how the OpenID provider gives and refreshes them. */
@NullMarked
package dev.muster.cli.token;

import org.jspecify.annotations.NullMarked;

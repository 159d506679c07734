/** {@code muster webhooks}: programs that are told of what happens. */
@NullMarked
package dev.muster.cli.webhooks;

import org.jspecify.annotations.NullMarked;

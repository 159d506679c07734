/** Role bindings: who may do what on which devices. */
@NullMarked
package dev.muster.cli.roles;

import org.jspecify.annotations.NullMarked;

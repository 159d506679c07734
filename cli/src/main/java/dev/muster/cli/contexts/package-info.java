/** Servers under names, so that nobody types an address twice or acts on the wrong one. */
@org.jspecify.annotations.NullMarked
package dev.muster.cli.contexts;

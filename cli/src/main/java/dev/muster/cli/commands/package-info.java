/** One-off commands to devices. */
@NullMarked
package dev.muster.cli.commands;

import org.jspecify.annotations.NullMarked;

/** Groups of devices. */
@NullMarked
package dev.muster.cli.groups;

import org.jspecify.annotations.NullMarked;

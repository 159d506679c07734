/** What people meet first: the script {@code muster} at the root of the project. */
@NullMarked
package dev.muster.standalone.launcher;

import org.jspecify.annotations.NullMarked;

/** Tests of backups. */
@NullMarked
package dev.muster.standalone.backup;

import org.jspecify.annotations.NullMarked;

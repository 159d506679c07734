/**
 * One encrypted file with all that makes an installation: its databases, artifacts, keys and secrets; and the way back into an empty
 * directory (ADR 80). {@code Seal*} is the file and knows nothing of Muster; {@code Archive*} is what lies in it; {@code ClusterCopy}
 * copies a PostgreSQL that runs.
 */
@NullMarked
package dev.muster.standalone.backup;

import org.jspecify.annotations.NullMarked;

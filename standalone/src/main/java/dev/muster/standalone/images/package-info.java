/**
 * Container images by the OCI's image specification (v1.1), assembled from files of this machine without a daemon or a base
 * image, and pushed by the OCI's distribution specification (ADRs 49, 51). Equal inputs give equal digests.
 */
@NullMarked
package dev.muster.standalone.images;

import org.jspecify.annotations.NullMarked;

/**
 * Permissions of a tenant's apps: policy documents, published versions, and one compiled bundle per distinct device
 * profile. A version is a snapshot of all documents; publishing one supersedes the rollout of the one before. A device
 * whose apps or attributes change gets its bundle compiled anew, from the version it holds.
 */
@NullMarked
package dev.muster.control.permissions;

import org.jspecify.annotations.NullMarked;

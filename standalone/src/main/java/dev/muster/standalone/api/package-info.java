/** Muster's public REST API as an administrator of this machine's own instance uses it: for seeding and status. */
@NullMarked
package dev.muster.standalone.api;

import org.jspecify.annotations.NullMarked;

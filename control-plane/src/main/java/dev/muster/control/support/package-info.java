/**
 * What a support bundle tells of a server: its findings, counts, meters and the settings that are on a list of harmless ones. No secret, no
 * person, no name of a device leaves it. Changes nothing, sends nothing.
 */
@NullMarked
package dev.muster.control.support;

import org.jspecify.annotations.NullMarked;

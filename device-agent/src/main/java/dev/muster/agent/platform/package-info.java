/**
 * Everything that differs from one device type to the next; the only package that touches the operating system.
 */
@NullMarked
package dev.muster.agent.platform;

import org.jspecify.annotations.NullMarked;

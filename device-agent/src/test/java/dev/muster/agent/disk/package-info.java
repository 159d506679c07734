/**
 * A disk in the hands of a test: real files in a real directory, whose power can go at any call that changes something,
 * taking with it what was not synced, and whose calls can fail.
 */
@NullMarked
package dev.muster.agent.disk;

import org.jspecify.annotations.NullMarked;

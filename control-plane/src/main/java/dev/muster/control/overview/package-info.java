/**
 * The first page: what each device must be and whether it is, what is under way, what fires, what waits for a person. Counted by
 * the database on one trip. Reads rows of other features; calls none of them.
 */
@NullMarked
package dev.muster.control.overview;

import org.jspecify.annotations.NullMarked;

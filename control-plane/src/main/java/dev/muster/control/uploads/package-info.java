/**
 * What devices upload because a command asked for it, and nothing else: announced, sent in pieces, checked against its
 * SHA-256, kept for a time apart from artifacts, handed only to people who may, as an attachment. Bytes of a device are
 * never shown as a page of ours. Steps: announce ({@code POST}), pieces ({@code PUT} with {@code Content-Range}).
 */
@NullMarked
package dev.muster.control.uploads;

import org.jspecify.annotations.NullMarked;

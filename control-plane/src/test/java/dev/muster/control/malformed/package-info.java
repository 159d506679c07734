/** Requests that no client of ours would send, made from the OpenAPI document, against the running API. */
@NullMarked
package dev.muster.control.malformed;

import org.jspecify.annotations.NullMarked;

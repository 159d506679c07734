/**
 * What lines of the log look like, and whom they are about: fields that are set where a request, a device's word or a round of a worker
 * begins, and taken back where it ends. No field holds a person or a secret.
 */
@NullMarked
package dev.muster.control.logs;

import org.jspecify.annotations.NullMarked;

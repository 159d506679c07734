/**
 * Work that nobody waits for, on instances with the role worker: threads that go round, and the timer that forgets. Knows no
 * feature; features bring what is to be done.
 */
@NullMarked
package dev.muster.control.jobs;

import org.jspecify.annotations.NullMarked;

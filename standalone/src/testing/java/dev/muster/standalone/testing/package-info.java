/**
 * PostgreSQL and Kafka for the tests of every module that needs them: child processes or containers, by one switch
 * (ADR 55). Compiled into the tests of each of these modules, never into what is shipped.
 */
@NullMarked
package dev.muster.standalone.testing;

import org.jspecify.annotations.NullMarked;

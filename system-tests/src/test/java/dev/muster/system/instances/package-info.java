/** Several instances of each role on one PostgreSQL and three brokers, which die one after the other while devices send. */
@NullMarked
package dev.muster.system.instances;

import org.jspecify.annotations.NullMarked;

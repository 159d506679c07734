/**
 * PostgreSQL as a durable child process, without a driver: the cluster and its roles are made by the server's own
 * single-user mode before anything can connect.
 */
@NullMarked
package dev.muster.standalone.postgres;

import org.jspecify.annotations.NullMarked;

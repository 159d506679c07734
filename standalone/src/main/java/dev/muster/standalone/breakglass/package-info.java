/**
 * The break-glass login, made by whoever operates the machine: with the database's owner, beside the server, so that it also
 * works when nobody can log in (ADR 34).
 */
@NullMarked
package dev.muster.standalone.breakglass;

import org.jspecify.annotations.NullMarked;

/** Log in by device flow or by password from standard input; log out; who am I. */
@NullMarked
package dev.muster.cli.login;

import org.jspecify.annotations.NullMarked;

/** What every verb shares: which server, which login, which output format. */
@NullMarked
package dev.muster.cli.session;

import org.jspecify.annotations.NullMarked;

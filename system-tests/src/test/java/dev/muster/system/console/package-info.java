/**
 * The console as a person sees it, in a real browser: {@link dev.muster.system.console.ConsoleBrowser} opens and logs in, one
 * class per page knows what is where on it, tests read like what a person does.
 */
@NullMarked
package dev.muster.system.console;

import org.jspecify.annotations.NullMarked;

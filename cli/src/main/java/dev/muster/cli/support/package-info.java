/** One file for whoever helps: what it contains is a list, what is on no list stays here. Nothing is sent. */
@NullMarked
package dev.muster.cli.support;

import org.jspecify.annotations.NullMarked;

/**
 * What is handed to people who do not build: packages with a Java runtime of their own. Starts tools of the JDK and of Debian,
 * knows no other module of ours but by the files it packages.
 */
@NullMarked
package dev.muster.standalone.dist;

import org.jspecify.annotations.NullMarked;

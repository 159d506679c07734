/** The example story of a first start, told through the public REST API like any other client would. */
@NullMarked
package dev.muster.standalone.seed;

import org.jspecify.annotations.NullMarked;

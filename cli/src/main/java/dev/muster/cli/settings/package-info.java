/** Settings documents per tenant, site, group or device. */
@NullMarked
package dev.muster.cli.settings;

import org.jspecify.annotations.NullMarked;

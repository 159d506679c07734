/** Foreign Sparkplug edge nodes that connect to the gateway: which device is which node, how each stands, and asking one for its births. */
@NullMarked
package dev.muster.control.sparkplug;

import org.jspecify.annotations.NullMarked;

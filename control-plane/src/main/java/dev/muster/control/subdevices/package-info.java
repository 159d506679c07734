/**
 * Sub-devices: what gateway agents find behind them and a person lets in. INVARIANT (behind its gateway): a sub-device has no certificate and no
 * session of its own; all that is its own is asked and said by its gateway, which proves itself.
 */
@NullMarked
package dev.muster.control.subdevices;

import org.jspecify.annotations.NullMarked;

/** What a gateway agent and the server tell each other of the sub-devices behind the gateway. */
@NullMarked
package dev.muster.protocol.subdevice;

import org.jspecify.annotations.NullMarked;

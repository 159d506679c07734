/** Devices: list, look into one, change, suspend, resume, retire. */
@NullMarked
package dev.muster.cli.devices;

import org.jspecify.annotations.NullMarked;

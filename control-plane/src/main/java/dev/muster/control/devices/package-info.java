/**
 * The devices of a tenant: what people may change about them, their life from pending to retired, and the news of it to every gateway.
 */
@NullMarked
package dev.muster.control.devices;

import org.jspecify.annotations.NullMarked;

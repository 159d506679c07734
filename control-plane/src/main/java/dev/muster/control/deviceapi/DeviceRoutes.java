package dev.muster.control.deviceapi;

/** A feature's part of the device port. Every bean of this type is asked once, at start. */
public interface DeviceRoutes {
    /** Adds the routes. */
    void register(DeviceRouter router);
}

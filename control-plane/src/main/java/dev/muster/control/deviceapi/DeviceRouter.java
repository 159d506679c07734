package dev.muster.control.deviceapi;

/** Takes routes below {@code /device/v1}; segments such as {@code :name} are parameters, a final {@code *} takes the rest. */
public interface DeviceRouter {
    /** A route for active devices without a body, such as {@code "/targets/:sha256"}. */
    void get(String path, DeviceHandler handler);

    /** A route for active devices with a body of at most {@code maxBody} bytes. */
    void put(String path, int maxBody, DeviceHandler handler);

    /** A route for active devices with a body of at most {@code maxBody} bytes. */
    void post(String path, int maxBody, DeviceHandler handler);
}

package dev.muster.control.deviceapi;

/** Takes routes below {@code /device/v1}; segments such as {@code :name} are parameters, a final {@code *} takes the rest. */
public interface DeviceRouter {
    /** A route for active devices without a body, such as {@code "/targets/:sha256"}. */
    void get(String path, DeviceHandler handler);

    /** A route for active devices with a body of at most {@code maxBody} bytes. */
    void put(String path, int maxBody, DeviceHandler handler);

    /** A route for active devices with a body of at most {@code maxBody} bytes. */
    void post(String path, int maxBody, DeviceHandler handler);

    /** A route for active devices whose certificate may have expired within the grace period: renewal, nothing else. */
    void postInGrace(String path, int maxBody, DeviceHandler handler);

    /** A route without a certificate: the first enrolment, nothing else. */
    void postAnonymous(String path, int maxBody, AnonymousHandler handler);

    /** Answers somebody unknown, on a virtual thread. */
    @FunctionalInterface
    interface AnonymousHandler {
        /** The answer; a {@link dev.muster.control.http.ProblemException} becomes a problem document. */
        DeviceAnswer handle(AnonymousRequest request) throws Exception;
    }
}

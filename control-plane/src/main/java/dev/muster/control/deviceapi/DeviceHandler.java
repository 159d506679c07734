package dev.muster.control.deviceapi;

/** Answers one request of an active device, on a virtual thread: it may block. */
@FunctionalInterface
public interface DeviceHandler {
    /** The answer; a {@link dev.muster.control.http.ProblemException} becomes a problem document. */
    DeviceAnswer handle(DeviceRequest request) throws Exception;
}

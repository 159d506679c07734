package dev.muster.control.deviceapi;

/** A request without a certificate. */
public final class AnonymousRequest {
    private final byte[] body;
    private final String address;

    AnonymousRequest(byte[] body, String address) {
        this.body = body;
        this.address = address;
    }

    /** The body, empty if there is none; belongs to the handler. */
    public byte[] body() {
        return body;
    }

    /** The address the connection came from, as text: of the device, or of what translates addresses before it. */
    public String address() {
        return address;
    }
}

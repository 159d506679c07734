package dev.muster.control.deviceapi;

import dev.muster.control.access.Caller;
import dev.muster.protocol.identity.DeviceRef;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;

/** One request of a device whose certificate and status were checked. */
public final class DeviceRequest {
    private final DeviceRef device;
    private final X509Certificate certificate;
    private final Map<String, String> parameters;
    private final Map<String, String> headers;
    private final byte[] body;

    DeviceRequest(
            DeviceRef device,
            X509Certificate certificate,
            Map<String, String> parameters,
            Map<String, String> headers,
            byte[] body) {
        this.device = device;
        this.certificate = certificate;
        this.parameters = Map.copyOf(parameters);
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    /** From the certificate, never from a payload. */
    public DeviceRef device() {
        return device;
    }

    /** The device as the one who acts. */
    public Caller caller() {
        return new Caller.Device(device);
    }

    /** The certificate of this connection; its key signs manifests. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The path parameter, decoded. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("expected a route with the parameter `" + name + "`");
        }
        return value;
    }

    /** A header, its name in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The body, empty if there is none; belongs to the handler. */
    public byte[] body() {
        return body;
    }
}

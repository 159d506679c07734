package dev.muster.protocol.identity;

import java.net.URI;

/** One device of one tenant: the key of every Kafka record, and the URI in the device's certificate. */
public record DeviceRef(TenantId tenant, DeviceId device) {
    private static final String SCHEME = "muster";

    public static DeviceRef of(String tenant, String device) {
        return new DeviceRef(new TenantId(tenant), new DeviceId(device));
    }

    /** Kafka key and text form: {@code tenant/device}. */
    public String key() {
        return tenant.value() + "/" + device.value();
    }

    /** Inverse of {@link #key()}. */
    public static DeviceRef parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("expected `tenant/device`, found `" + key + "`");
        }
        return of(key.substring(0, slash), key.substring(slash + 1));
    }

    /** The subject alternative name in a device certificate: {@code muster://<tenant>/<device>}. */
    public URI uri() {
        return URI.create(SCHEME + "://" + key());
    }

    /** Inverse of {@link #uri()}. */
    public static DeviceRef fromUri(URI uri) {
        String prefix = SCHEME + "://";
        String text = uri.toString();
        if (!text.startsWith(prefix)) {
            throw new IllegalArgumentException("expected `muster://<tenant>/<device>`, found `" + text + "`");
        }
        return parse(text.substring(prefix.length()));
    }

    @Override
    public String toString() {
        return key();
    }
}

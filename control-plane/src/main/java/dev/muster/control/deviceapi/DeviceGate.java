package dev.muster.control.deviceapi;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.inject.Singleton;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Decides whether a request of the device port passes: certificate, its time, and the device's status. */
@Singleton
final class DeviceGate {
    private final ActiveDevices devices;
    private final Clock clock;
    private final Duration grace;

    DeviceGate(ActiveDevices devices, Clock clock, DeviceApiConfig config) {
        this.devices = devices;
        this.clock = clock;
        this.grace = config.renewGrace();
    }

    /** Who it is; a problem if there is no certificate of an active device. May ask the database. */
    Passed check(@Nullable SSLSession session, boolean inGrace) {
        X509Certificate certificate = certificate(session);
        DeviceRef device = DeviceIdentity.of(certificate)
                .orElseThrow(() -> refused("expected a certificate with the name `muster://<tenant>/<device>`"));
        Instant now = clock.instant();
        Instant end = certificate.getNotAfter().toInstant().plus(inGrace ? grace : Duration.ZERO);
        if (now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(end)) {
            throw refused("the certificate of `" + device + "` is not valid now: it ends at "
                    + certificate.getNotAfter().toInstant());
        }
        DeviceState.Status status = devices.status(device)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.DEVICE_NOT_ACTIVE, "expected `" + device + "` to be active, found it unknown"));
        if (status != DeviceState.Status.ACTIVE) {
            throw new ProblemException(
                    ProblemCode.DEVICE_NOT_ACTIVE,
                    "expected `" + device + "` to be active, found it "
                            + status.name().toLowerCase(Locale.ROOT));
        }
        return new Passed(device, certificate);
    }

    private static X509Certificate certificate(@Nullable SSLSession session) {
        try {
            Certificate[] chain = session == null ? new Certificate[0] : session.getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException e) {
            // None was sent; the answer below says so.
        }
        throw refused("expected a device certificate, found none");
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(ProblemCode.CERTIFICATE_REQUIRED, detail);
    }

    /** A device that may come in. */
    record Passed(DeviceRef device, X509Certificate certificate) {}
}

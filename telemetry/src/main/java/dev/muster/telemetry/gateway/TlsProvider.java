package dev.muster.telemetry.gateway;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Who does the gateway's TLS. What it demands of devices is the same (ADR 66). */
public enum TlsProvider {
    /** BoringSSL where its library loads, else the JDK. */
    AUTO,
    /** BoringSSL, or no gateway. */
    OPENSSL,
    /** The JDK, wherever it runs. */
    JDK;

    /** {@link #OPENSSL} or {@link #JDK}: what {@link #AUTO} comes to on this machine. */
    public TlsProvider here() {
        return this == AUTO ? (OpenSsl.isAvailable() ? OPENSSL : JDK) : this;
    }

    /**
     * In Netty's words.
     *
     * @throws IllegalArgumentException if the library is demanded and does not load
     */
    SslProvider netty() {
        return switch (here()) {
            case OPENSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalArgumentException("expected a library of BoringSSL that loads here, found: "
                            + OpenSsl.unavailabilityCause().getMessage());
                }
                yield SslProvider.OPENSSL;
            }
            case JDK, AUTO -> SslProvider.JDK;
        };
    }

    /** For the log: who it is, and why not another. */
    String description() {
        return switch (here()) {
            case OPENSSL -> OpenSsl.versionString();
            case JDK, AUTO ->
                this == JDK
                        ? "the JDK, as configured"
                        : "the JDK (BoringSSL does not load here: "
                                + OpenSsl.unavailabilityCause().getMessage() + ")";
        };
    }
}

package dev.muster.telemetry.gateway;

import dev.muster.telemetry.lifecycle.Component;
import dev.muster.telemetry.lifecycle.Health;
import dev.muster.telemetry.lifecycle.Meter;
import java.util.List;

/** A running device gateway. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Gateway implements Component {
    private Gateway() {}

    /** Binds and reads the topics it needs; ready once {@link #health()} says so. */
    public static Gateway start(GatewayConfig config, GatewayTls tls) {
        throw new UnsupportedOperationException();
    }

    /** From now on new connections see this identity and are checked against these authorities. */
    public void renewTls(GatewayTls tls) {
        throw new UnsupportedOperationException();
    }

    /** Where it listens. */
    public java.net.InetSocketAddress address() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health health() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Meter> meters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

package dev.muster.telemetry.bridge;

import java.net.URI;
import java.util.Set;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;
import org.eclipse.paho.client.mqttv3.spi.NetworkModuleFactory;

/** As {@link BridgeNetwork}, for Paho's client of MQTT 3.1.1. */
public final class BridgeNetwork311 implements NetworkModuleFactory {
    /** For Paho. */
    public BridgeNetwork311() {}

    @Override
    public Set<String> getSupportedUriSchemes() {
        return Set.of("muster-bridge");
    }

    @Override
    public void validateURI(URI uri) {
        if (!uri.toString().equals(BridgeNetwork.URI_OF_ALL)) {
            throw new IllegalArgumentException("expected `" + BridgeNetwork.URI_OF_ALL + "`, found `" + uri + "`");
        }
    }

    @Override
    public NetworkModule createNetworkModule(URI uri, MqttConnectOptions options, String clientId) {
        if (options.getSocketFactory() instanceof BridgeNetwork.Route route) {
            return new BridgeNetwork.Module(route);
        }
        throw new IllegalArgumentException("expected the route of a bridge in the options, found none");
    }
}

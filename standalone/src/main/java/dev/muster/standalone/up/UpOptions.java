package dev.muster.standalone.up;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code up} was asked for.
 *
 * @param devices how many agents to run; 0 for none
 * @param data data directory, absolute
 * @param ports the ports
 * @param host name under which other machines reach this one; absent = this machine only
 * @param story whether to seed the example story at the first start
 */
record UpOptions(int devices, Path data, PortPlan ports, Optional<String> host, boolean story) {
    /** How people and devices call this machine. */
    String publicHost() {
        return host.orElse("localhost");
    }

    /** {@code http} for this machine only, {@code https} as soon as others may come. */
    String scheme() {
        return host.isPresent() ? "https" : "http";
    }

    String bind() {
        return host.isPresent() ? "0.0.0.0" : "127.0.0.1";
    }

    String apiUrl() {
        return scheme() + "://" + publicHost() + ":" + ports.api();
    }

    String keycloakUrl() {
        return scheme() + "://" + publicHost() + ":" + ports.keycloak();
    }

    /** Issuer of every token. */
    String issuer() {
        return keycloakUrl() + "/realms/muster";
    }

    /** How this machine itself reaches the API: what other machines call it may be known only to them. */
    String localApiUrl() {
        return scheme() + "://localhost:" + ports.api();
    }

    String localKeycloakUrl() {
        return scheme() + "://localhost:" + ports.keycloak();
    }

    String localDeviceUrl() {
        return "https://localhost:" + ports.device();
    }

    String localMqtt() {
        return "localhost:" + ports.gateway();
    }

    String deviceUrl() {
        return "https://" + publicHost() + ":" + ports.device();
    }

    String mqtt() {
        return publicHost() + ":" + ports.gateway();
    }
}

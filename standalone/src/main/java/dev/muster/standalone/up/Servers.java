package dev.muster.standalone.up;

import dev.muster.standalone.kafka.KafkaOptions;
import dev.muster.standalone.kafka.KafkaServer;
import dev.muster.standalone.keycloak.ConsoleAddresses;
import dev.muster.standalone.keycloak.KeycloakOptions;
import dev.muster.standalone.keycloak.KeycloakServer;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.PidFile;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/** Every server of one instance, wired by hand in one readable place. */
final class Servers {
    private final UpOptions options;
    private final DataDirectory data;
    private final Secrets secrets;
    private final Progress progress;
    private final RuntimeFiles runtime;
    private final ProductFiles product;
    private final Optional<WebCertificate> web;

    Servers(
            UpOptions options,
            DataDirectory data,
            Secrets secrets,
            Progress progress,
            RuntimeFiles runtime,
            ProductFiles product,
            Optional<WebCertificate> web) {
        this.options = options;
        this.data = data;
        this.secrets = secrets;
        this.progress = progress;
        this.runtime = runtime;
        this.product = product;
        this.web = web;
    }

    SupervisedServer postgres() {
        PostgresOptions postgres = new PostgresOptions(
                data.postgres(), data.logOf("postgresql"), options.ports().postgres(), secrets.postgres(), runtime);
        return supervised("PostgreSQL", "postgresql", () -> PostgresServer.start(postgres));
    }

    SupervisedServer kafka() {
        KafkaOptions kafka = new KafkaOptions(
                data.kafka(),
                data.logOf("kafka"),
                options.ports().kafka(),
                options.ports().kafkaController(),
                runtime);
        return supervised("Kafka", "kafka", () -> KafkaServer.start(kafka));
    }

    SupervisedServer keycloak() {
        KeycloakOptions keycloak = new KeycloakOptions(
                data.keycloak(),
                data.logOf("keycloak"),
                runtime,
                "jdbc:postgresql://127.0.0.1:" + options.ports().postgres() + "/keycloak",
                secrets.get("postgres.keycloak"),
                URI.create(options.keycloakUrl()),
                URI.create(options.apiUrl()),
                secrets.get("login.admin"),
                secrets.get("keycloak.bootstrap"),
                URI.create(options.localApiUrl() + "/api/v1/sessions/back-channel-logout"),
                web.map(WebCertificate::keyStore),
                web.map(WebCertificate::pem));
        return supervised("Keycloak", "keycloak", () -> {
            KeycloakServer server = KeycloakServer.start(keycloak);
            ConsoleAddresses.ensure(keycloak).ifPresent(progress::line);
            return server;
        });
    }

    SupervisedServer controlPlane() {
        ControlPlane controlPlane = new ControlPlane(options, data, secrets, product, web);
        return supervised("control plane", "server", controlPlane::start);
    }

    SupervisedServer agents(Supplier<Fleet.Enrolment> enrolment) {
        return supervised("agents", "agents", () -> new Fleet(options, data, product, enrolment.get()).start());
    }

    private SupervisedServer supervised(String name, String log, Supplier<? extends RunningServer> starter) {
        return new SupervisedServer(name, PidFile.besideLog(data.logOf(log)), starter, progress);
    }
}

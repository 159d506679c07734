package dev.muster.standalone.up;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.KeyStoreFile;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Starts the server with all roles. Its settings, secrets among them, are one owner-only file. */
final class ControlPlane {
    /** Environment: further options of the server's JVM, such as {@code -Xmx2g}, between blanks. */
    static final String JVM_OPTIONS = "MUSTER_SERVER_JVM";

    private static final Duration START = Duration.ofMinutes(3);

    private final UpOptions options;
    private final DataDirectory data;
    private final Secrets secrets;
    private final ProductFiles product;
    private final Optional<WebCertificate> web;

    ControlPlane(
            UpOptions options,
            DataDirectory data,
            Secrets secrets,
            ProductFiles product,
            Optional<WebCertificate> web) {
        this.options = options;
        this.data = data;
        this.secrets = secrets;
        this.product = product;
        this.web = web;
    }

    RunningServer start() {
        new KnownIssuers(data).add(options.issuer());
        Path settings = Folders.ownerOnly(data.server()).resolve("application.properties");
        Folders.writeOwnerOnly(settings, text(settings()));
        Folders.ownerOnly(data.server().resolve("data"));
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "control plane", command(settings, System.getenv()), Map.of(), data.logOf("server")));
        try (HttpProbe ready = readiness(options.ports())) {
            process.awaitReady(START, ready);
        }
        return new ChildServer(process);
    }

    /** The server's JVM; what {@value #JVM_OPTIONS} says comes after our own options and therefore wins. */
    List<String> command(Path settings, Map<String, String> environment) {
        List<String> words = new ArrayList<>(List.of(
                RuntimeFiles.java().toString(),
                "-Xms64m",
                "-Xmx384m",
                // The JVM's first guess, 21 MB, costs three full collections before the server is up.
                "-XX:MetaspaceSize=128m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED"));
        String further = environment.getOrDefault(JVM_OPTIONS, "").strip();
        if (!further.isEmpty()) {
            words.addAll(List.of(further.split("\\s+", -1)));
        }
        words.addAll(List.of(
                "-Dquarkus.config.locations=" + settings.toUri(),
                "-jar",
                product.serverJar().toString()));
        return words;
    }

    /** Asks the server on {@code ports} whether it is ready. */
    static HttpProbe readiness(PortPlan ports) {
        return new HttpProbe(
                URI.create("http://127.0.0.1:" + ports.management() + "/q/health/ready"), Optional.empty());
    }

    Map<String, String> settings() {
        PortPlan ports = options.ports();
        Map<String, String> settings = new TreeMap<>();
        settings.put("muster.data-dir", data.server().resolve("data").toString());
        settings.put("muster.instance", "standalone");
        settings.put("muster.bind", options.bind());
        settings.put("muster.db.url", "jdbc:postgresql://127.0.0.1:" + ports.postgres() + "/muster");
        settings.put("muster.db.owner.username", "muster_owner");
        settings.put("muster.db.owner.password", secrets.get("postgres.owner"));
        settings.put("muster.db.app.username", "muster_app");
        settings.put("muster.db.app.password", secrets.get("postgres.app"));
        settings.put("muster.db.ingest.username", "muster_ingest");
        settings.put("muster.db.ingest.password", secrets.get("postgres.ingest"));
        settings.put("muster.db.jobs.username", "muster_jobs");
        settings.put("muster.db.jobs.password", secrets.get("postgres.jobs"));
        settings.put("muster.kafka.bootstrap", "127.0.0.1:" + ports.kafka());
        settings.put("muster.device.port", Integer.toString(ports.device()));
        settings.put("muster.ddi.port", Integer.toString(ports.ddi()));
        settings.put("muster.gateway.port", Integer.toString(ports.gateway()));
        settings.put("muster.external.api-url", options.apiUrl());
        settings.put("muster.external.device-url", options.deviceUrl());
        settings.put("muster.external.mqtt", options.mqtt());
        settings.put("muster.oidc.issuer", options.issuer());
        List<String> formerIssuers = new KnownIssuers(data).besides(options.issuer());
        if (!formerIssuers.isEmpty()) {
            settings.put("muster.oidc.former-issuers", String.join(",", formerIssuers));
        }
        settings.put("muster.oidc.console-client", "muster-console");
        settings.put("muster.oidc.cli-client", "muster-cli");
        settings.put("muster.bootstrap.admin-group", "/muster-admins");
        settings.put("quarkus.management.port", Integer.toString(ports.management()));
        // Keys by this machine's own way to Keycloak: what other machines call it may lead nowhere from here.
        settings.put("quarkus.oidc.auth-server-url", options.localKeycloakUrl() + "/realms/muster");
        settings.put("quarkus.oidc.discovery-enabled", "false");
        settings.put("quarkus.oidc.jwks-path", "/protocol/openid-connect/certs");
        web.map(WebCertificate::keyStore)
                .ifPresentOrElse(
                        store -> settings.putAll(overTls(store, ports)),
                        () -> settings.put("quarkus.http.port", Integer.toString(ports.api())));
        return settings;
    }

    private static Map<String, String> overTls(KeyStoreFile store, PortPlan ports) {
        return Map.of(
                "quarkus.http.insecure-requests", "disabled",
                "quarkus.http.ssl-port", Integer.toString(ports.api()),
                "quarkus.http.tls-configuration-name", "web",
                "quarkus.tls.web.key-store.p12.path", store.file().toString(),
                "quarkus.tls.web.key-store.p12.password", store.password(),
                // The server asks Keycloak, which shows the same certificate, for its keys.
                "quarkus.oidc.tls.tls-configuration-name", "identity",
                "quarkus.tls.identity.trust-store.p12.path", store.file().toString(),
                "quarkus.tls.identity.trust-store.p12.password", store.password());
    }

    private static String text(Map<String, String> settings) {
        return "# Written by `./muster up` at every start; secrets included, so it is its owner's only.\n"
                + settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\") + "\n")
                        .collect(Collectors.joining());
    }
}

package dev.muster.control.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.access.Guard;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.packages.TestAuthority;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with something of everything in it, made by its own administrator over REST and by its own device. Everything it
 * holds carries its {@link #word}, so that a trace of it is seen wherever it turns up.
 */
public final class FilledTenant implements AutoCloseable {
    /** A mime type that holds policy documents. */
    private static final String YAML = "application/yaml";

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Makes tenants. Inject it. */
    @Singleton
    public static final class Maker {
        private final TenantTransactions transactions;
        private final DeviceServer server;
        private final CertificateAuthority authority;
        private final KafkaClients kafka;

        Maker(
                TenantTransactions transactions,
                DeviceServer server,
                CertificateAuthority authority,
                KafkaClients kafka) {
            this.transactions = transactions;
            this.server = server;
            this.authority = authority;
            this.kafka = kafka;
        }

        /** A tenant that nobody has made anything in; its administrator is a person named after it. */
        public FilledTenant empty(String id, String word) {
            TenantId tenant = new TenantId(id);
            transactions.run(tenant, handle -> {
                handle.execute("insert into tenant (tenant) values ('" + id + "') on conflict do nothing");
                handle.execute("insert into role_binding (kind, issuer, subject, role, created_by) values ('person', '"
                        + Tokens.ISSUER + "', '" + id + "-admin', 'admin', 'test')");
            });
            return new FilledTenant(this, tenant, word);
        }

        /** A tenant with something of everything. Its device keeps its metadata below {@code directory}. */
        public FilledTenant filled(String id, String word, Path directory) throws Exception {
            FilledTenant tenant = empty(id, word);
            tenant.fill(directory);
            return tenant;
        }

        /** A device of no tenant yet. */
        public TestDevice device() throws Exception {
            return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        }
    }

    private final Maker maker;
    private final TenantId id;
    private final String word;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private byte[] image = {};
    private @Nullable FleetDevice device;

    private FilledTenant(Maker maker, TenantId id, String word) {
        this.maker = maker;
        this.id = id;
        this.word = word;
        ids.put("tenant", id.value());
    }

    /** Its id. */
    public TenantId id() {
        return id;
    }

    /** Stands in everything it holds. */
    public String word() {
        return word;
    }

    /** What it calls its things: by kind, such as {@code rollout}. */
    public Map<String, String> ids() {
        return Map.copyOf(ids);
    }

    /** The id of a thing of a kind. */
    public String id(String kind) {
        String found = ids.get(kind);
        if (found == null) {
            throw new IllegalArgumentException("expected one of " + ids.keySet() + ", found `" + kind + "`");
        }
        return found;
    }

    /** Its device. */
    public FleetDevice device() {
        return Objects.requireNonNull(device, "a tenant that was filled");
    }

    /** The bytes of its image. */
    public byte[] image() {
        return image.clone();
    }

    /** The token of its administrator. */
    public String token() {
        return Tokens.of(id + "-admin");
    }

    /** A request of its administrator in it. */
    public RequestSpecification admin() {
        return given().auth().oauth2(token()).header(Guard.TENANT_HEADER, id.value());
    }

    /** A GET. */
    public ValidatableResponse get(String path) {
        return admin().get("/api/v1" + path).then();
    }

    /** A request with a JSON body. */
    public ValidatableResponse send(String method, String path, String json) {
        return admin().contentType(ContentType.JSON)
                .body(json)
                .request(method, "/api/v1" + path)
                .then()
                .log()
                .ifValidationFails();
    }

    /** A request with policy documents as its body. */
    public RequestSpecification policy(String yaml) {
        EncoderConfig yamlIsText = EncoderConfig.encoderConfig().encodeContentTypeAs(YAML, ContentType.TEXT);
        return admin().config(RestAssured.config().encoderConfig(yamlIsText))
                .contentType(YAML)
                .body(yaml);
    }

    /** A token that lets one device in. */
    public String enrolmentToken() {
        return send("POST", "/enrolment-tokens", "{\"name\":\"%s\",\"tags\":[\"%s\"]}".formatted(word, word))
                .statusCode(201)
                .extract()
                .path("token");
    }

    /** Uploads an image; its hash. */
    public String upload(byte[] bytes, String version, long counter) {
        return admin().contentType("application/octet-stream")
                .body(bytes)
                .post("/api/v1/artifacts?kind=image&name=" + word + "&hardware=test-board&version=" + version
                        + "&releaseCounter=" + counter)
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
    }

    /** An enrolled device of it. */
    public FleetDevice enrol(Path directory, String name) throws Exception {
        TestDevice fresh = maker.device();
        assertThat(fresh.enrol(enrolmentToken(), name).statusCode()).isEqualTo(200);
        FleetDevice enrolled = new FleetDevice(fresh, maker.kafka, directory.resolve(id + "-" + name));
        assertThat(enrolled.ref()).isEqualTo(DeviceRef.of(id.value(), name));
        return enrolled;
    }

    private void fill(Path directory) throws Exception {
        make("site", "/sites", "{\"name\":\"%w-site\"}", "name");
        device = enrol(directory, word + "-device");
        ids.put("device", word + "-device");
        send(
                        "PATCH",
                        "/devices/" + id("device"),
                        say("{\"name\":\"%w name\",\"site\":\"%w-site\",\"metadata\":{\"k\":\"%w\"}}"))
                .statusCode(200);
        make("group", "/groups", "{\"name\":\"%w-group\",\"members\":[\"%w-device\"],\"description\":\"%w\"}", "name");
        make("enrolment-token", "/enrolment-tokens", "{\"name\":\"%w\",\"site\":\"%w-site\"}", "id");
        send("POST", "/inventory", "id,serial\n%w-waits,%w-serial\n", "text/csv");
        policies();
        artifacts();
        rollouts();
        alerts();
        people();
        settings();
        conversation();
        waiting();
        settle();
    }

    private void policies() {
        policy(say("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: %w-role}
                spec:
                  permissions: [ohos.permission.CAMERA]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: %w-binding}
                spec:
                  roles: [%w-role]
                  apps: {bundles: [com.%w]}
                  devices: all
                ---
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata: {name: %w-rail}
                spec:
                  deny: [ohos.permission.MICROPHONE]
                  apps: {bundles: [com.%w]}
                ---
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: %w-capability}
                spec:
                  permissions: [ohos.permission.LOCATION]
                  apps: {bundles: [com.%w]}
                  devices: {ids: [%w-device]}
                  notAfter: 2099-01-01T00:00:00Z
                """)).put("/api/v1/policy/documents").then().statusCode(200);
        ids.put("policy", word + "-role");
        ids.put("guard-rail", word + "-rail");
        ids.put("capability", word + "-capability");
        for (int i = 0; i < 2; i++) {
            ids.put(
                    "policy-rollout",
                    send("POST", "/policy/publish", say("{\"comment\":\"%w\"}"))
                            .statusCode(200)
                            .extract()
                            .path("rollout"));
        }
        // The other tenant has published fewer.
        ids.put("policy-version", "2");
        send("POST", "/policy/guard-rails/" + id("guard-rail") + "/enforce-now", say("{\"reason\":\"%w\"}"))
                .statusCode(200);
    }

    private void artifacts() throws Exception {
        image = ("image of " + word).repeat(64).getBytes(StandardCharsets.UTF_8);
        ids.put("artifact", upload(image, "1", 1));
        make(
                "open-upload",
                "/artifacts/uploads",
                "{\"kind\":\"image\",\"name\":\"%w-open\",\"version\":\"1\",\"hardware\":\"test-board\","
                        + "\"releaseCounter\":2,\"fileName\":\"%w.img\",\"length\":100}",
                "id");
        make(
                "release",
                "/releases",
                "{\"name\":\"%w-release\",\"version\":\"1\",\"targets\":[{\"sha256\":\"" + id("artifact") + "\"}]}",
                "id");
        send("PUT", "/channels", say("{\"channels\":[\"%w-dev\",\"%w-stable\"]}"))
                .statusCode(200);
        send("POST", "/channels/releases/" + id("release") + "/promote", say("{\"note\":\"%w\"}"))
                .statusCode(200);
        ids.put(
                "vendor-root",
                send("POST", "/vendor-roots", say("{\"pem\":\"" + pem(word) + "\",\"note\":\"%w\"}"))
                        .statusCode(200)
                        .extract()
                        .path("items[0].sha256"));
        send("POST", "/trust/renewals", "{\"repository\":\"images\",\"role\":\"root\"}")
                .statusCode(200);
        ids.put("trust-draft", get("/trust/drafts").statusCode(200).extract().path("items[0].id"));
    }

    private void rollouts() {
        make(
                "rollout",
                "/rollouts",
                "{\"name\":\"%w\",\"release\":\"" + id("release") + "\",\"selector\":\"id==%w-device\","
                        + "\"waves\":[{\"name\":\"all\",\"percent\":100}]}",
                "id");
        send(
                        "PUT",
                        "/freezes/" + word + "-freeze",
                        say("{\"from\":\"2098-01-01T00:00:00Z\",\"to\":\"2099-01-01T00:00:00Z\",\"reason\":\"%w\"}"))
                .statusCode(200);
        ids.put("freeze", word + "-freeze");
        make("view", "/views", "{\"name\":\"%w\",\"query\":\"id==%w-device\",\"shared\":true}", "id");
    }

    private void alerts() throws Exception {
        policy(say("""
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: %w-rule, description: %w}
                spec:
                  devices: "id==%w-device"
                  severity: info
                  for: 30d
                  when: {threshold: {metric: %w, above: 1}}
                """)).put("/api/v1/alert-rules/" + word + "-rule").then().statusCode(200);
        ids.put("alert-rule", word + "-rule");
        make(
                "alert-silence",
                "/alert-silences",
                "{\"rule\":\"%w-other\",\"reason\":\"%w\",\"until\":\""
                        + Instant.now().plusSeconds(86_400) + "\"}",
                "id");
        send(
                        "PUT",
                        "/alert-channels/" + word + "-channel",
                        say("{\"kind\":\"email\",\"recipients\":[\"%w@example.org\"],\"enabled\":false}"))
                .statusCode(200);
        ids.put("alert-channel", word + "-channel");
        send("POST", "/webhooks", say("""
                        {"name":"%w-hook","url":"https://%w.invalid/","selector":"id==%w-device","enabled":false}""")).statusCode(201);
        ids.put("webhook", word + "-hook");
        policy(say("""
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: %w-bridge}
                spec:
                  broker: mqtt://broker.invalid
                  devices: "id==%w-nobody"
                  mappings:
                    - topic: "%w/{device}"
                      device: "{device}"
                      payload: json
                      values:
                        - {metric: m, path: $.v}
                """)).put("/api/v1/bridges/" + word + "-bridge").then().statusCode(200);
        ids.put("bridge", word + "-bridge");
        Instant at = Instant.parse("2026-11-27T08:00:00Z");
        DeviceRef ref = device().ref();
        AlertNews news = new AlertNews(
                AlertNews.id(ref, word + "-rule", at),
                word + "-rule",
                1,
                AlertNews.State.PENDING,
                at,
                at,
                OptionalDouble.empty(),
                word);
        maker.kafka
                .producer()
                .send(new ProducerRecord<>(maker.kafka.topics().alerts(), ref.key(), news.toJson()))
                .get();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> admin().get("/api/v1/alerts/" + news.id()).statusCode() == 200);
        ids.put("alert", news.id());
    }

    private void people() {
        make(
                "role-binding",
                "/role-bindings",
                "{\"kind\":\"person\",\"subject\":\"%w-person\",\"role\":\"viewer\"}",
                "id");
        make("service-account", "/service-accounts", "{\"name\":\"%w-account\",\"description\":\"%w\"}", "name");
        make("api-token-text", "/service-accounts/" + word + "-account/tokens", "{\"name\":\"%w\"}", "token");
        ids.put("api-token", id("api-token-text").split("\\.", -1)[2]);
        make(
                "account-binding",
                "/role-bindings",
                "{\"kind\":\"service\",\"issuer\":\"muster\",\"subject\":\"%w-account\",\"role\":\"admin\"}",
                "id");
    }

    private void settings() {
        send("PUT", "/settings/tenant/" + id, "{\"agent\":{\"sampleSeconds\":10}}")
                .statusCode(200);
        send("PUT", "/settings/device/" + id("device"), "{\"agent\":{\"sampleSeconds\":20}}")
                .statusCode(200);
        send("PUT", "/settings/site/" + id("site"), "{\"agent\":{\"sampleSeconds\":30}}")
                .statusCode(200);
        ids.put(
                "settings-rollout",
                send("POST", "/settings/rollout", say("{\"comment\":\"%w\"}"))
                        .statusCode(200)
                        .extract()
                        .path("rollout"));
    }

    /** What the device says: presence, an event, telemetry, an inventory, a report, logs that it was asked for. */
    private void conversation() throws Exception {
        FleetDevice device = device();
        device.presence(true, 1);
        device.event(new DeviceEvent("test." + word, Clock.systemUTC().instant(), Map.of("word", word)));
        device.manifest(PermissionFleet.app("com." + word, PolicyDevices.CAMERA));
        TelemetryBatch batch = TelemetryBatch.newBuilder()
                .setTenant(id.value())
                .setDevice(id("device"))
                .setBoot(1)
                .setSeq(1)
                .setReceivedAtMs(Clock.systemUTC().millis())
                .addMetrics(Metric.newBuilder()
                        .setName(word + ".metric")
                        .setAtMs(Clock.systemUTC().millis())
                        .setNumber(1))
                .build();
        maker.kafka
                .producer()
                .send(new ProducerRecord<>(
                        maker.kafka.topics().telemetry(), device.ref().key(), batch.toByteArray()))
                .get();
        await().atMost(SOON)
                .until(() -> get("/devices/" + id("device")).extract().path("online"));
        make("command", "/commands", "{\"kind\":\"collect-logs\",\"devices\":[\"%w-device\"]}", "id");
        await().atMost(SOON)
                .until(() -> get("/commands/" + id("command")).extract().<Integer>path("sent") == 1);
        byte[] logs = ("logs of " + word).getBytes(StandardCharsets.UTF_8);
        UploadStatus upload =
                UploadStatus.fromJson(device.announce(new UploadRequest(id("command"), logs.length, sha256(logs)))
                        .body());
        ids.put("upload", upload.id());
        assertThat(device.piece(upload.id(), logs, "bytes 0-" + (logs.length - 1) + "/" + logs.length)
                        .statusCode())
                .isEqualTo(200);
        device.answer(new CommandAnswer(id("command"), CommandAnswer.Outcome.DONE, word));
        await().atMost(SOON).until(() -> get("/commands/" + id("command"))
                .extract()
                .<String>path("state")
                .equals("completed"));
        await().atMost(SOON).untilAsserted(() -> get("/devices/" + id("device") + "/events")
                .statusCode(200)
                .body(org.hamcrest.Matchers.containsString(word)));
        await().atMost(SOON).untilAsserted(() -> get("/devices/" + id("device") + "/telemetry/latest")
                .statusCode(200)
                .body(org.hamcrest.Matchers.containsString(word)));
    }

    /** What waits for a person: a device at the door, and a change that a second one has to agree to. */
    private void waiting() throws Exception {
        make(
                "factory-anchor",
                "/factory-anchors",
                "{\"name\":\"%w-maker\",\"certificate\":\"" + pem("maker of " + word) + "\"}",
                "name");
        String token = send("POST", "/enrolment-tokens", say("{\"name\":\"%w\",\"approval\":true}"))
                .statusCode(201)
                .extract()
                .path("token");
        try (TestDevice atTheDoor = maker.device()) {
            assertThat(atTheDoor.enrol(token, word + "-door").statusCode()).isEqualTo(202);
        }
        ids.put(
                "enrolment-request",
                get("/enrolment-requests?state=waiting")
                        .statusCode(200)
                        .extract()
                        .path("items[0].id"));
        make("help-session", "/devices/" + id("device") + "/help", "{\"kind\":\"terminal\",\"reason\":\"%w\"}", "id");
        String asked = java.util.UUID.randomUUID().toString();
        maker.transactions.run(
                id,
                handle -> handle.execute(
                        "insert into right_request (id, device, app, user_id, instance, permission, reason, asked_by, asked_at,"
                                + " last_asked_at) values (cast(? as uuid), ?, 'com.example.pump', 100, 0,"
                                + " 'ohos.permission.CAMERA', ?, 'pump', now(), now())",
                        asked,
                        id("device"),
                        word));
        ids.put("permission-request", asked);
        send("PUT", "/four-eyes", "{\"rollouts\":false,\"policies\":false,\"trust\":true,\"freezeOverrides\":false}")
                .statusCode(200);
        ids.put(
                "four-eyes-request",
                send(
                                "POST",
                                "/vendor-roots",
                                "{\"pem\":\"" + pem("second of " + word) + "\",\"note\":\"" + word + "\"}")
                        .statusCode(202)
                        .extract()
                        .path("id"));
    }

    private static String pem(String name) throws Exception {
        return "-----BEGIN CERTIFICATE-----\\n"
                + Base64.getEncoder()
                        .encodeToString(new TestAuthority(name).root().getEncoded())
                + "\\n-----END CERTIFICATE-----\\n";
    }

    /** Until the server has done all that follows from what was made: two looks in a row that see the same. */
    private void settle() {
        Set<String> restless = Set.of("audit_seal", "audit_unsealed", "device_compliance", "compliance_count");
        AtomicReference<Map<String, Set<String>>> last = new AtomicReference<>(Map.of());
        await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).until(() -> {
            Map<String, Set<String>> now = rows(restless);
            return now.equals(last.getAndSet(now));
        });
    }

    private void make(String kind, String path, String json, String member) {
        ids.put(
                kind,
                send("POST", path, say(json))
                        .statusCode(org.hamcrest.Matchers.lessThan(300))
                        .extract()
                        .path(member));
    }

    private void send(String method, String path, String body, String contentType) {
        admin().config(RestAssured.config()
                        .encoderConfig(
                                EncoderConfig.encoderConfig().encodeContentTypeAs(contentType, ContentType.TEXT)))
                .contentType(contentType)
                .body(say(body))
                .request(method, "/api/v1" + path)
                .then()
                .statusCode(200);
    }

    private String say(String text) {
        return text.replace("%w", word);
    }

    /** Every row that the tenant has in schema {@code muster}, by table; tables of {@code but} left out. */
    public Map<String, Set<String>> rows(Set<String> but) {
        return maker.transactions.in(id, handle -> {
            Map<String, Set<String>> rows = new LinkedHashMap<>();
            List<String> tables = handle.createQuery("""
                            select c.relname from pg_class c
                            where c.relnamespace = 'muster'::regnamespace and c.relkind in ('r', 'p')
                              and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant')
                              and has_table_privilege(c.oid, 'select')
                            order by c.relname""").mapTo(String.class).list();
            for (String table : tables) {
                if (!but.contains(table)) {
                    rows.put(
                            table,
                            handle.createQuery("select t::text from " + table + " t").mapTo(String.class).stream()
                                    .collect(Collectors.toSet()));
                }
            }
            return rows;
        });
    }

    /** SHA-256 in hexadecimal digits. */
    public static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Override
    public void close() {
        Optional.ofNullable(device).ifPresent(FleetDevice::close);
    }
}

package dev.muster.benchmarks.rollout;

import dev.muster.benchmarks.RunningMuster;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Devices as rows of a running Muster, its REST API, and what the devices say through its Kafka. One thread. */
public final class BenchFleet implements AutoCloseable {
    /** What the devices are. */
    static final String HARDWARE = "bench-board";

    private static final KafkaTopics TOPICS = new KafkaTopics("");
    private static final Duration TOKEN_LIFE = Duration.ofSeconds(30);

    private final RunningMuster muster;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Connection database;
    private final Producer<String, byte[]> producer;
    private String token = "";
    private long tokenUntil = Long.MIN_VALUE;

    /** Of {@code muster}, whose database, Kafka and API it uses. */
    public BenchFleet(RunningMuster muster) throws IOException, SQLException {
        this.muster = muster;
        this.database = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + muster.port(6) + "/muster?currentSchema=muster",
                "postgres",
                muster.secret("postgres.superuser"));
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + muster.port(4), "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Name of device {@code number}, from 1. */
    public static String device(long number) {
        return "bench-%07d".formatted(number);
    }

    /** Adds active devices until there are {@code size}, and gives the planner the statistics that autovacuum would. */
    public void grow(long size) throws SQLException {
        long there = number("select count(*) from device");
        execute("insert into device (tenant, id, name, status, hardware, enrolled_at) "
                + "select 'default', 'bench-' || lpad(i::text, 7, '0'), 'bench', 'active', '" + HARDWARE + "', now() "
                + "from generate_series(" + (there + 1) + ", " + size + ") i");
        execute("analyze");
    }

    /** Runs a statement as the superuser. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The device says these facts. */
    void tell(long device, Map<String, String> facts) {
        send(device, new ReportedState(0, facts, List.of()));
        producer.flush();
    }

    /** Devices 1 to {@code count} say, as at their first connect, that they follow no document yet. */
    void greetAll(long count) {
        for (long device = 1; device <= count; device++) {
            send(device, new ReportedState(0, Map.of(), List.of()));
        }
        producer.flush();
    }

    /** Devices 1 to {@code count} say that the image is so far, at the first generation. */
    void tellAll(long count, ConditionState state, String sha256) {
        TargetCondition image = new TargetCondition(
                new TargetName.Image(), state, Clock.systemUTC().instant(), 100, "", "", "2.0.0", Optional.of(sha256));
        ReportedState report = new ReportedState(1, Map.of(), List.of(image));
        for (long device = 1; device <= count; device++) {
            send(device, report);
        }
        producer.flush();
    }

    private void send(long device, ReportedState report) {
        var unused = producer.send(new ProducerRecord<>(
                TOPICS.reported(), DeviceRef.of("default", device(device)).key(), report.toJson()));
    }

    JsonObject get(String path) throws IOException, InterruptedException {
        return JsonObject.parse(answer(request(path).GET().build()).getBytes(StandardCharsets.UTF_8));
    }

    /** What the REST API answers to its administrator; an exception unless it is done. */
    public JsonObject post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return JsonObject.parse(answer(request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(JsonObject.write(body)))
                        .build())
                .getBytes(StandardCharsets.UTF_8));
    }

    JsonObject upload(String path, byte[] body) throws IOException, InterruptedException {
        return JsonObject.parse(answer(request(path)
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build())
                .getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) throws IOException, InterruptedException {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + muster.port(0) + "/api/v1" + path))
                .header("Authorization", "Bearer " + token());
    }

    private String token() throws IOException, InterruptedException {
        if (System.nanoTime() >= tokenUntil) {
            String form = "grant_type=password&client_id=muster-cli&scope=openid&username=admin&password="
                    + URLEncoder.encode(muster.secret("login.admin"), StandardCharsets.UTF_8);
            String answer = answer(HttpRequest.newBuilder(URI.create(
                            "http://localhost:" + muster.port(3) + "/realms/muster/protocol/openid-connect/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build());
            token = JsonObject.parse(answer.getBytes(StandardCharsets.UTF_8)).string("access_token");
            tokenUntil = System.nanoTime() + TOKEN_LIFE.toNanos();
        }
        return token;
    }

    private String answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri() + ": expected 2xx, found "
                    + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws SQLException {
        producer.close();
        database.close();
        http.close();
    }
}

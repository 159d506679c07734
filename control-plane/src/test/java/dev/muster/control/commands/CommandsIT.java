package dev.muster.control.commands;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandAnswer.Outcome;
import dev.muster.protocol.command.CommandReasons;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from a person to devices and back, and what they upload, through real PostgreSQL, Kafka and TLS. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class CommandsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TestFleet fleet;

    @Inject
    TenantTransactions transactions;

    @Inject
    CommandKeeper keeper;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void waitsForADeviceThatIsOfflineAndCountsWhatEachAnswers() throws Exception {
        enrol("mix", 4);
        devices.subList(0, 3).forEach(device -> device.presence(true, 1));
        awaitOnline("tag==mix", 3);

        String id = run("{\"kind\":\"diagnostic\",\"arguments\":{\"name\":\"clock\"},\"selector\":\"tag==mix\"}");

        awaitCommand(id, "sent", 3);
        get("/commands/" + id + "/devices?state=waiting")
                .body("items", hasSize(1))
                .body("items[0].device", equalTo("mix-4"))
                .body("items[0].reason", equalTo("offline"));
        accept(devices.getFirst(), id);
        awaitCommand(id, "accepted", 1);
        devices.get(0).answer(new CommandAnswer(id, Outcome.DONE, "time is on my side"));
        devices.get(1).answer(new CommandAnswer(id, Outcome.REJECTED, "not listed", CommandReasons.NOT_ALLOWED));
        devices.get(2).answer(new CommandAnswer(id, Outcome.REJECTED, "not listed", CommandReasons.NOT_ALLOWED));
        awaitCommand(id, "rejected", 2);

        devices.get(3).presence(true, 1);
        awaitCommand(id, "sent", 1);
        devices.get(3).answer(new CommandAnswer(id, Outcome.FAILED, "no clock", CommandReasons.FAILED));

        await().atMost(SOON).untilAsserted(() -> get("/commands/" + id)
                .body("state", equalTo("completed"))
                .body("done", equalTo(1))
                .body("failed", equalTo(1))
                .body("rejected", equalTo(2))
                .body("waiting", equalTo(0))
                .body("causes[0].reason", equalTo("not-allowed"))
                .body("causes[0].devices", equalTo(2))
                .body("causes[0].output", equalTo("not listed"))
                .body("causes[1].reason", equalTo("failed")));
        get("/devices/mix-1/commands")
                .body("items[0].command", equalTo(id))
                .body("items[0].state", equalTo("done"))
                .body("items[0].output", equalTo("time is on my side"));
        get("/audit?object=command/" + id).body("items.verb", hasItem("command.run"));
    }

    @Test
    void takesEachDevicesFirstAnswerOnly() throws Exception {
        enrol("once", 2);
        devices.forEach(device -> device.presence(true, 1));
        awaitOnline("tag==once", 2);
        String id = run("{\"kind\":\"refresh\",\"selector\":\"tag==once\"}");
        awaitCommand(id, "sent", 2);

        devices.getFirst().answer(new CommandAnswer(id, Outcome.DONE, "first"));
        devices.getFirst().answer(new CommandAnswer(id, Outcome.FAILED, "second"));
        devices.getFirst().answer(new CommandAnswer(id, Outcome.DONE, "first"));
        devices.getFirst().answer(new CommandAnswer("not-an-id", Outcome.DONE, ""));
        accept(devices.getFirst(), id);
        devices.get(1).answer(new CommandAnswer(id, Outcome.DONE, ""));

        await().atMost(SOON).untilAsserted(() -> get("/commands/" + id)
                .body("state", equalTo("completed"))
                .body("done", equalTo(2))
                .body("failed", equalTo(0))
                .body("sent", equalTo(0)));
        get("/devices/once-1/commands").body("items[0].output", equalTo("first"));
    }

    @Test
    void forgetsWhatEndedLongAgoAndNothingElse() throws Exception {
        enrol("aged", 1);
        String old = run("{\"kind\":\"refresh\",\"selector\":\"tag==aged\"}");
        admin().post("/api/v1/commands/" + old + "/cancel").then().statusCode(200);
        String open = run("{\"kind\":\"refresh\",\"selector\":\"tag==aged\"}");
        transactions.run(TenantId.DEFAULT, handle -> {
            handle.execute("update command set ended_at = now() - interval '181 days' where id = cast(? as uuid)", old);
            handle.execute(
                    "update command set created_at = now() - interval '181 days' where id = cast(? as uuid)", open);
        });

        keeper.forget(TenantId.DEFAULT);

        get("/commands/" + old).statusCode(404);
        get("/commands/" + open).body("state", equalTo("running")).body("waiting", equalTo(1));
        get("/devices/aged-1/commands").body("items.command", contains(open));
    }

    @Test
    void doesNotBelieveADeviceThatWasNotAsked() throws Exception {
        enrol("asked", 1);
        enrol("liar", 1);
        devices.forEach(device -> device.presence(true, 1));
        awaitOnline("tag==asked", 1);
        String id = run("{\"kind\":\"refresh\",\"devices\":[\"asked-1\"]}");
        awaitCommand(id, "sent", 1);

        devices.get(1).answer(new CommandAnswer(id, Outcome.DONE, ""));
        devices.get(0).answer(new CommandAnswer(id, Outcome.DONE, ""));

        awaitCommand(id, "done", 1);
        get("/devices/liar-1/commands").body("items", empty());
    }

    @Test
    void keepsToItsPaceAndCanBeCancelled() throws Exception {
        enrol("pace", 3);
        devices.forEach(device -> device.presence(true, 1));
        awaitOnline("tag==pace", 3);

        String id = run("{\"kind\":\"refresh\",\"selector\":\"tag==pace\",\"perMinute\":1}");

        awaitCommand(id, "sent", 1);
        get("/commands/" + id).body("waiting", equalTo(2)).body("perMinute", equalTo(1));
        postJson("/commands/" + id + "/cancel", "")
                .statusCode(200)
                .body("state", equalTo("cancelled"))
                .body("cancelled", equalTo(2));
        devices.getFirst().answer(new CommandAnswer(id, Outcome.DONE, ""));
        await().atMost(SOON).untilAsserted(() -> get("/commands/" + id)
                .body("state", equalTo("completed"))
                .body("done", equalTo(1)));
        postJson("/commands/" + id + "/cancel", "").statusCode(200).body("cancelled", equalTo(2));
    }

    @Test
    void refusesWhatNoDeviceCouldUnderstand() throws Exception {
        enrol("bad", 1);

        postJson("/commands", "{\"kind\":\"shell\",\"devices\":[\"bad-1\"]}")
                .statusCode(400)
                .body("detail", containsString("`shell`"));
        postJson("/commands", "{\"kind\":\"diagnostic\",\"arguments\":{\"name\":\"x;y\"},\"devices\":[\"bad-1\"]}")
                .statusCode(400)
                .body("detail", containsString("x;y"));
        postJson("/commands", "{\"kind\":\"refresh\"}").statusCode(400).body("detail", containsString("neither"));
        postJson("/commands", "{\"kind\":\"refresh\",\"devices\":[\"bad-1\"],\"selector\":\"\"}")
                .statusCode(400)
                .body("detail", containsString("both"));
        postJson("/commands", "{\"kind\":\"refresh\",\"devices\":[\"bad-1\"],\"deadline\":\"P400D\"}")
                .statusCode(400)
                .body("detail", containsString("P30D"));
        postJson("/commands", "{\"kind\":\"refresh\",\"devices\":[\"bad-1\"],\"perMinute\":0}")
                .statusCode(400);
        postJson("/commands", "{\"kind\":\"refresh\",\"devices\":[\"nobody\"]}").statusCode(404);
        postJson("/commands", "{\"kind\":\"refresh\",\"selector\":\"tag==nobody\"}")
                .statusCode(409);
        get("/commands/00000000-0000-4000-8000-000000000000")
                .statusCode(404)
                .body("code", equalTo("command-not-found"));
    }

    @Test
    void takesAnUploadInPiecesAndHandsItToPeopleAsAFileOnly() throws Exception {
        enrol("up", 2);
        FleetDevice device = devices.getFirst();
        String id = asked("up");
        byte[] bytes = "<html><script>alert(1)</script></html>".repeat(100).getBytes(StandardCharsets.UTF_8);

        UploadStatus status = announce(device, id, bytes);
        assertThat(status(device.piece(status.id(), part(bytes, 0, 1000), "bytes 0-999/" + bytes.length))
                        .offset())
                .isEqualTo(1000);
        assertThat(announce(device, id, bytes).offset())
                .as("announced again after a restart")
                .isEqualTo(1000);
        UploadStatus last = status(device.piece(
                status.id(), part(bytes, 1000, bytes.length), "bytes 1000-" + (bytes.length - 1) + "/" + bytes.length));
        assertThat(last.complete()).isTrue();
        device.answer(new CommandAnswer(id, Outcome.DONE, "uploaded"));

        awaitCommand(id, "done", 1);
        get("/devices/up-1/commands").body("items[0].upload.complete", equalTo(true));
        byte[] got = admin().get("/api/v1/uploads/" + status.id() + "/content")
                .then()
                .statusCode(200)
                .header("Content-Type", containsString("application/octet-stream"))
                .header("Content-Disposition", containsString("attachment"))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .header("Content-Security-Policy", containsString("sandbox"))
                .extract()
                .asByteArray();
        assertThat(got).isEqualTo(bytes);
        get("/audit?object=upload/" + status.id())
                .body("items.verb", hasItem("upload.download"))
                .body("items[0].detail.device", equalTo("up-1"));
    }

    @Test
    void refusesUploadsThatLie() throws Exception {
        enrol("lie", 2);
        FleetDevice device = devices.getFirst();
        FleetDevice other = devices.get(1);
        String id = asked("lie");
        byte[] bytes = "0123456789".repeat(10).getBytes(StandardCharsets.UTF_8);

        assertThat(device.announce(new UploadRequest("11111111-1111-4111-8111-111111111111", 10, sha256(bytes)))
                        .statusCode())
                .as("a command that nobody gave")
                .isEqualTo(404);
        assertThat(other.announce(new UploadRequest(id, 10, sha256(bytes))).statusCode())
                .as("a command of another device")
                .isEqualTo(404);
        assertThat(device.announce(new UploadRequest(id, 1L << 40, sha256(bytes)))
                        .statusCode())
                .as("more than a file may be")
                .isEqualTo(413);

        UploadStatus status = announce(device, id, bytes);
        assertThat(device.announce(new UploadRequest(id, 99, sha256(bytes))).statusCode())
                .as("another length for the same command")
                .isEqualTo(409);
        assertThat(other.piece(status.id(), bytes, "bytes 0-99/100").statusCode())
                .as("an upload of another device")
                .isEqualTo(404);
        assertThat(device.piece("../../etc/passwd", bytes, "bytes 0-99/100").statusCode())
                .isEqualTo(404);
        for (String range : List.of(
                "bytes 0-98/100", "bytes 0-99/200", "bytes 0-100/100", "bytes 50-10/100", "bytes */100", "nonsense")) {
            assertThat(device.piece(status.id(), bytes, range).statusCode())
                    .as(range)
                    .isEqualTo(400);
        }
        HttpResponse<byte[]> beyond = device.piece(status.id(), part(bytes, 0, 10), "bytes 90-99/100");
        assertThat(beyond.statusCode()).as("beyond what is there").isEqualTo(409);
        assertThat(new String(beyond.body(), StandardCharsets.UTF_8)).contains("\"offset\":0");
        byte[] forged = bytes.clone();
        forged[50] ^= 1;
        assertThat(device.piece(status.id(), forged, "bytes 0-99/100").statusCode())
                .as("other bytes than announced")
                .isEqualTo(400);
        assertThat(admin().get("/api/v1/uploads/" + status.id() + "/content").statusCode())
                .isEqualTo(404);
        assertThat(status(device.piece(status.id(), bytes, "bytes 0-99/100")).complete())
                .as("forged bytes were forgotten")
                .isTrue();
    }

    @Test
    void anUploadEndsWithItsCommand() throws Exception {
        enrol("over", 1);
        FleetDevice device = devices.getFirst();
        String id = asked("over");
        byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
        UploadStatus status = announce(device, id, bytes);
        device.answer(new CommandAnswer(id, Outcome.FAILED, "gave up"));
        awaitCommand(id, "failed", 1);

        assertThat(device.piece(status.id(), bytes, "bytes 0-2/3").statusCode()).isEqualTo(404);
    }

    private String asked(String tag) {
        devices.getFirst().presence(true, 1);
        awaitOnline("id==" + tag + "-1", 1);
        String id = run("{\"kind\":\"collect-logs\",\"devices\":[\"" + tag + "-1\"]}");
        awaitCommand(id, "sent", 1);
        return id;
    }

    private static UploadStatus announce(FleetDevice device, String command, byte[] bytes) throws Exception {
        return status(device.announce(new UploadRequest(command, bytes.length, sha256(bytes))));
    }

    private static UploadStatus status(HttpResponse<byte[]> response) {
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return UploadStatus.fromJson(response.body());
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void accept(FleetDevice device, String id) {
        device.event(
                new DeviceEvent("command.accepted", Clock.systemUTC().instant(), Map.of("id", id, "verb", "refresh")));
    }

    private static String run(String body) {
        return postJson("/commands", body).statusCode(201).extract().path("id");
    }

    private static void awaitCommand(String id, String counter, int value) {
        await().atMost(SOON)
                .untilAsserted(() -> get("/commands/" + id).statusCode(200).body(counter, equalTo(value)));
    }

    private static void awaitOnline(String query, int count) {
        await().atMost(SOON).untilAsserted(() -> admin().queryParam("q", query + ";online==true")
                .get("/api/v1/devices")
                .then()
                .body("items", hasSize(count)));
    }

    private void enrol(String tag, int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            devices.add(fleet.enrol(directory, tag, tag + "-" + i));
        }
    }
}

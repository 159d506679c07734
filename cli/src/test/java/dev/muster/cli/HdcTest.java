package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb against a program that prints what hdc prints; the agent on the device is a script that writes down its words. */
class HdcTest {
    private static final String UDID = "0123456789ABCDEF".repeat(4);

    private final FakeServer server = new FakeServer();

    @TempDir
    Path folder;

    private Path hdc;
    private Path devices;

    @BeforeEach
    void begin() throws IOException {
        devices = Files.createDirectory(folder.resolve("devices"));
        Path program = Path.of("src/test/resources/hdc/hdc").toAbsolutePath();
        hdc = Files.writeString(
                folder.resolve("hdc"), "#!/bin/sh\nHDC_DEVICES='" + devices + "' exec '" + program + "' \"$@\"\n");
        Files.setPosixFilePermissions(hdc, PosixFilePermissions.fromString("rwx------"));
        server.answer("POST /api/v1/inventory", 200, "{\"imported\":1,\"refused\":0,\"errors\":[]}");
        server.answer(
                "POST /api/v1/enrolment-tokens",
                201,
                "{\"id\":\"0123456789ab\",\"token\":\"secret-token\",\"invitation\":\"MUSTER:secret-invitation\"}");
        server.answer("DELETE /api/v1/enrolment-tokens/0123456789ab", 204, "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bindsATokenToWhoTheDeviceIsAndHandsItOver() throws IOException {
        Path device = device("5JV01", "Connected", "ohos.boot.sn=SN-77\nconst.product.model=RK3568\n");
        agent(device, 0);
        onlineWhenItRuns("sn-77", device);

        Ran ran = verb("hdc", "enrol", "--site", "north", "--tag", "press", "--hdc", hdc.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("5JV01: connected as sn-77");
        assertThat(server.calls().get(0).body())
                .contains("\"id\":\"sn-77\"", "\"serial\":\"SN-77\"", "\"udid\":\"" + UDID + "\"", "north", "press");
        assertThat(server.calls().get(1).body()).contains("\"uses\":1", "\"udid\":\"" + UDID + "\"", "\"PT15M\"");
        String said = Files.readString(device.resolve("root/data/local/muster/said"));
        assertThat(said).contains("enrol --invitation-file", "--name sn-77", "--platform openharmony", "run --state");
        assertThat(said).contains("handed MUSTER:secret-invitation mode 600");
        assertThat(device.resolve("root/data/local/muster/state/invitation"))
                .as("nothing of it is left")
                .doesNotExist();
        assertThat(ran.out() + ran.err()).doesNotContain("secret");
    }

    @Test
    void severalAreDoneAndOneThatFailsHoldsUpNoOther() throws IOException {
        Path first = device("A1", "Connected", "ohos.boot.sn=a1\n");
        agent(first, 0);
        device("B2", "Unauthorized", "ohos.boot.sn=b2\n");
        Path third = device("C3", "Connected", "");
        agent(third, 0);
        onlineWhenItRuns("a1", first);
        onlineWhenItRuns("ohos-0123456789ab", third);

        Ran one = verb("hdc", "enrol", "--hdc", hdc.toString());
        Ran ran = verb("hdc", "enrol", "--all", "--hdc", hdc.toString());

        assertThat(one.exit()).isEqualTo(2);
        assertThat(one.err()).contains("expected --target or --all, for hdc sees 3 devices: A1, B2, C3");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("A1: connected as a1", "C3: connected as ohos-0123456789ab");
        assertThat(ran.err()).contains("B2: the device has not allowed this machine", "1 of 3 not enrolled: B2");
    }

    @Test
    void takesTheTokenBackWhereTheAgentDoesNotEnrol() throws IOException {
        Path device = device("A1", "Connected", "ohos.boot.sn=a1\n");
        agent(device, 1);

        Ran ran = verb("hdc", "enrol", "--hdc", hdc.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("the agent did not enrol: agent: not enrolled: no route");
        assertThat(server.calls().getLast().request()).isEqualTo("DELETE /api/v1/enrolment-tokens/0123456789ab");
        assertThat(device.resolve("root/data/local/muster/state/invitation")).doesNotExist();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThat(verb("hdc", "enrol", "--hdc", "/no/such/hdc").err())
                .contains("cannot run `/no/such/hdc`", "OpenHarmony's SDK");
        assertThat(verb("hdc", "enrol", "--hdc", hdc.toString()).err()).contains("hdc sees no device");
        device("OFF", "Offline", "");
        assertThat(verb("hdc", "enrol", "--hdc", hdc.toString()).err()).contains("offline for hdc");
        assertThat(verb("hdc", "enrol", "-t", "X", "--hdc", hdc.toString()).err())
                .contains("hdc sees no `X`, but OFF");
        Files.writeString(devices.resolve("OFF/state"), "Connected");
        assertThat(verb("hdc", "enrol", "--hdc", hdc.toString()).err()).contains("no agent at `/data/local/muster");
        Path root = devices.resolve("OFF/root");
        Files.move(root, devices.resolve("OFF/gone"));
        assertThat(verb("hdc", "enrol", "--hdc", hdc.toString()).err()).contains("hdc: [Fail]Daemon refuses shell");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void aReleaseBuildWithoutAShellIsSaidToBeOne() throws IOException {
        Path silent = Files.writeString(
                folder.resolve("silent"),
                "#!/bin/sh\n"
                        + "if [ \"$1\" = list ]; then printf 'K\\tUSB\\tConnected\\n"
                        + "'; else echo '/bin/sh: not found'; fi\n");
        Files.setPosixFilePermissions(silent, PosixFilePermissions.fromString("rwx------"));

        Ran ran = verb("hdc", "enrol", "--hdc", silent.toString());

        assertThat(ran.err()).contains("`K` runs no shell commands", "release build");
    }

    @Test
    void listsWhatHdcSees() throws IOException {
        device("A1", "Connected", "");
        device("B2", "Unauthorized", "");

        assertThat(verb("hdc", "list", "--hdc", hdc.toString()).out()).contains("A1", "USB", "B2", "Unauthorized");
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    private Path device(String key, String state, String params) throws IOException {
        Path device = Files.createDirectory(devices.resolve(key));
        Files.writeString(device.resolve("state"), state);
        Files.writeString(device.resolve("udid"), UDID + "\n");
        Files.writeString(device.resolve("params"), params);
        Files.createDirectories(device.resolve("root/data/local"));
        return device;
    }

    /** The agent runs in the background, so the verb has to look until it is there, as with a real server. */
    private void onlineWhenItRuns(String id, Path device) {
        Path said = device.resolve("root/data/local/muster/said");
        server.answer("GET /api/v1/devices/" + id, () -> {
            try {
                boolean online = Files.exists(said) && Files.readString(said).contains("run --state");
                return "{\"id\":\"" + id + "\",\"online\":" + online + "}";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void agent(Path device, int exit) throws IOException {
        Path home = Files.createDirectories(device.resolve("root/data/local/muster"));
        Path agent = Files.writeString(home.resolve("muster-agent"), """
            #!/bin/sh
            echo "$*" >> '%1$s/said'
            if [ "$1" = enrol ]; then
              echo "handed $(cat "$3") mode $(stat -c %%a "$3")" >> '%1$s/said'
              [ %2$d = 0 ] || echo "agent: not enrolled: no route"
              exit %2$d
            fi
            """.formatted(home, exit));
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
    }
}

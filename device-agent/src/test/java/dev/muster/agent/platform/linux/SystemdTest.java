package dev.muster.agent.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.platform.SystemSettings;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of systemd, by a program in the place of {@code systemctl} that writes its words down, and what becomes of a no. */
class SystemdTest {
    private static final Path TIMESYNCD = Path.of("etc/systemd/timesyncd.conf.d/50-muster.conf");
    private static final Path CHRONY = Path.of("etc/chrony/sources.d/muster.sources");

    @TempDir
    Path root;

    private TimeService time =
            new TimeService(Path.of("unset"), new Systemd(Path.of("unset"), new Programs(Path.of("unset"))));

    @BeforeEach
    void aMachineRunBySystemd() throws IOException {
        new Tree(root).directory("run/systemd/system").directory("etc/muster-agent/time");
        systemctl("exit 0");
        time = new TimeService(root, systemd());
    }

    @Test
    void serversReachTheTimeServiceThatReadsOurFileOnce() throws IOException {
        link(TIMESYNCD, "timesyncd.conf");

        SystemSettings.Held first = time.hold(servers("ntp1.example.com", "192.0.2.1"));
        SystemSettings.Held second = time.hold(servers("ntp1.example.com", "192.0.2.1"));

        assertThat(Files.readString(root.resolve(TIMESYNCD))).isEqualTo("[Time]\nNTP=ntp1.example.com 192.0.2.1\n");
        assertThat(first.changed()).containsExactly("ntp.servers");
        assertThat(second.changed()).isEmpty();
        assertThat(asked()).containsExactly("--no-ask-password restart systemd-timesyncd.service");
    }

    @Test
    void chronyGetsItsOwnWords() throws IOException {
        link(CHRONY, "chrony.sources");

        time.hold(servers("ntp1.example.com", "ntp2.example.com"));

        assertThat(Files.readString(root.resolve(CHRONY)))
                .isEqualTo("server ntp1.example.com iburst\nserver ntp2.example.com iburst\n");
        assertThat(asked()).containsExactly("--no-ask-password restart chrony.service");
    }

    @Test
    void whatSomebodyChangedIsPutBackAndTheServiceToldAgain() throws IOException {
        link(TIMESYNCD, "timesyncd.conf");
        time.hold(servers("ntp1.example.com"));
        Files.writeString(root.resolve(TIMESYNCD).toRealPath(), "[Time]\nNTP=evil.example.com\n");

        SystemSettings.Held held = time.hold(servers("ntp1.example.com"));

        assertThat(held.changed()).containsExactly("ntp.servers");
        assertThat(Files.readString(root.resolve(TIMESYNCD))).contains("ntp1").doesNotContain("evil");
        assertThat(asked()).hasSize(2);
    }

    @Test
    void aServiceThatIsNotRestartedIsToldWithItsReasonAndTriedAgain() throws IOException {
        link(TIMESYNCD, "timesyncd.conf");
        systemctl("echo 'Failed to restart systemd-timesyncd.service: Access denied' >&2; exit 4");

        SystemSettings.Held refused = time.hold(servers("ntp1.example.com"));
        systemctl("exit 0");
        SystemSettings.Held later = time.hold(servers("ntp1.example.com"));

        assertThat(refused.refused().get("ntp.servers"))
                .contains("systemd-timesyncd.service")
                .contains("Access denied");
        assertThat(later.refused()).isEmpty();
        assertThat(asked()).hasSize(2);
    }

    @Test
    void settingsThatNameNoServersAnyMoreGiveTheServiceItsOwnBack() throws IOException {
        link(TIMESYNCD, "timesyncd.conf");
        time.hold(servers("ntp1.example.com"));

        time.hold(JsonObject.of(Map.of()));
        time.hold(JsonObject.of(Map.of()));

        assertThat(root.resolve("etc/muster-agent/time/timesyncd.conf")).doesNotExist();
        assertThat(asked()).hasSize(2);
    }

    @Test
    void withoutALinkNothingIsDoneAndMembersOfAnotherSystemAreToldAsNotHere() throws IOException {
        SystemSettings.Held held = time.hold(JsonObject.of(
                Map.of("ntp", Map.of("servers", List.of("ntp1.example.com")), "openharmony", Map.of("hdc", false))));

        assertThat(held.refused()).containsOnlyKeys("openharmony.hdc");
        assertThat(root.resolve("etc/muster-agent/time")).isEmptyDirectory();
        assertThat(asked()).isEmpty();
    }

    @Test
    void anAppIsRestartedAsTheUnitItDeclares() throws IOException {
        Path app = root.resolve("app");
        new Tree(app).with("linux/unit", "muster-app-pump.service\n");

        assertThat(new AppUnits(systemd()).restart(app)).isTrue();

        assertThat(asked()).containsExactly("--no-ask-password restart muster-app-pump.service");
    }

    @Test
    void anAppThatDeclaresNoUnitOrAnybodyElsesIsNotRestarted() throws IOException {
        Path plain = Files.createDirectories(root.resolve("plain"));
        Path greedy = root.resolve("greedy");
        new Tree(greedy).with("linux/unit", "ssh.service\n");
        Path options = root.resolve("options");
        new Tree(options).with("linux/unit", "muster-app-a.service --force\n");

        assertThat(new AppUnits(systemd()).restart(plain)).isFalse();
        assertThatThrownBy(() -> new AppUnits(systemd()).restart(greedy)).hasMessageContaining("`ssh.service`");
        assertThatThrownBy(() -> new AppUnits(systemd()).restart(options)).hasMessageContaining("--force");
        assertThat(asked()).isEmpty();
    }

    @Test
    void aMachineThatSystemdDoesNotRunIsAskedNothing() throws IOException {
        Files.delete(root.resolve("run/systemd/system"));

        assertThat(systemd().isThere()).isFalse();
        assertThatThrownBy(() -> systemd().ask("reboot")).hasMessageContaining("not run by systemd");
        assertThat(asked()).isEmpty();
    }

    private Systemd systemd() {
        return new Systemd(root, new Programs(root));
    }

    private static JsonObject servers(String... names) {
        return JsonObject.of(Map.of("ntp", Map.of("servers", List.of(names))));
    }

    private void link(Path link, String file) throws IOException {
        Files.createDirectories(root.resolve(link).resolveSibling(""));
        Files.createSymbolicLink(
                root.resolve(link), root.resolve("etc/muster-agent/time").resolve(file));
    }

    private List<String> asked() throws IOException {
        Path log = root.resolve("asked");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private void systemctl(String end) throws IOException {
        new Tree(root)
                .with("usr/bin/systemctl", "#!/bin/sh\necho \"$@\" >> " + root.resolve("asked") + "\n" + end + "\n");
        Files.setPosixFilePermissions(root.resolve("usr/bin/systemctl"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

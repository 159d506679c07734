package dev.muster.agent.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-ins say what the public descriptions of the tools say, and keep what was decided. */
class StandInDeviceTest {
    private static final String PUMP = "com.example.pump";
    private static final String CAMERA = "ohos.permission.CAMERA";

    @TempDir
    Path directory;

    @Test
    void whatWasDecidedIsThereAfterTheNextStart() throws IOException {
        StandInDevice first = device(false);
        install(first, Packages.release(PUMP, 1, CAMERA));
        first.run(List.of("atm", "perm", "-g", "-i", token(first), "-p", CAMERA));
        first.run(List.of("param", "set", "persist.site", "pit-3"));

        StandInDevice again = device(false);

        assertThat(again.holds(PUMP, CAMERA)).isTrue();
        assertThat(token(again)).isEqualTo(token(first));
        assertThat(again.run(List.of("param", "get", "persist.site"))).isEqualTo("pit-3\n");
    }

    @Test
    void onlyADebugBuildChangesAnAppThatIsNotForDebugging() throws IOException {
        StandInDevice release = new StandInDevice(directory.resolve("release"), true);
        StandInDevice debug = new StandInDevice(directory.resolve("debug"), false);
        for (StandInDevice device : List.of(release, debug)) {
            install(device, Packages.release(PUMP, 1, CAMERA));
        }

        assertThat(release.run(List.of("atm", "perm", "-g", "-i", token(release), "-p", CAMERA)))
                .isEqualTo("Failure\n");
        assertThat(release.run(List.of("atm", "help"))).doesNotContain("toggle");
        assertThat(debug.run(List.of("atm", "perm", "-g", "-i", token(debug), "-p", CAMERA)))
                .isEqualTo("Success\n");
        assertThat(debug.run(List.of("atm", "help"))).contains("toggle");
        assertThat(debug.run(List.of("atm", "perm", "-g", "-i", token(debug), "-p", "ohos.permission.NOTHING")))
                .isEqualTo("Error: permission does not exist.\n");
    }

    @Test
    void theInstallerRefusesWithItsNumbers() throws IOException {
        StandInDevice device = device(true);
        install(device, Packages.release(PUMP, 5, CAMERA));

        assertThat(refusal(device, Packages.release(PUMP, 4, CAMERA))).isEqualTo(9568263);
        assertThat(refusal(device, Packages.debug(PUMP, 6, CAMERA))).isEqualTo(9568286);
        assertThat(refusal(device, "no package".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(9568262);
        assertThat(refusal(device, Packages.release("com.example.bold", 1, "ohos.permission.MANAGE_USER_POLICY")))
                .isEqualTo(9568289);
        assertThat(refusal(
                        device,
                        Packages.hap("com.example.debugged", 1, Map.of("type", "debug", "devices", List.of("AA")))))
                .isEqualTo(9568322);
        assertThat(device.run(List.of("bm", "uninstall", "-n", "com.example.absent")))
                .contains("code:9568386");
    }

    private StandInDevice device(boolean release) throws IOException {
        return new StandInDevice(directory.resolve("device"), release);
    }

    private void install(StandInDevice device, byte[] hap) throws IOException {
        Path file = Files.write(directory.resolve("new.hap"), hap);
        assertThat(device.run(List.of("bm", "install", "-p", file.toString())))
                .isEqualTo("install bundle successfully.\n");
    }

    private int refusal(StandInDevice device, byte[] hap) throws IOException {
        Path file = Files.write(directory.resolve("refused.hap"), hap);
        String answer = device.run(List.of("bm", "install", "-p", file.toString()));
        assertThat(answer).startsWith("error: failed to install bundle.\n");
        return Integer.parseInt(answer.replaceAll("(?s).*code:([0-9]+).*", "$1"));
    }

    private static String token(StandInDevice device) {
        return device.run(List.of("bm", "dump", "-n", PUMP)).replaceAll("(?s).*\"accessTokenId\":([0-9]+).*", "$1");
    }
}

package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.agent.store.AtomicFiles;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The helper's own source, built by the compiler of this machine against calls that only take notes: its half of the contract. What the
 * calls do on a device is not shown by it. Skipped without {@code cc} and cJSON ({@code apt-get install gcc libcjson-dev}).
 */
class HelperProgramIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final Path SOURCE = Path.of("openharmony/helper");
    private static final Path FAKES = Path.of("src/test/c/helper");

    // Not JUnit's directory: a socket's path must be short.
    private final Path directory = Files.createTempDirectory("helper");
    private Optional<Process> program = Optional.empty();

    HelperProgramIT() throws IOException {}

    @AfterEach
    void end() throws IOException {
        program.ifPresent(Process::destroyForcibly);
        AtomicFiles.deleteTree(directory);
    }

    @Test
    void speaksTheContractWithTheAgent() throws Exception {
        HelperClient client = start(System.getProperty("user.name"));

        assertThat(client.probe()).isEqualTo(new HelperClient.Abilities(true, true, false));
        assertThat(client.fix(537_719_865, CAMERA, false)).isZero();
        assertThat(client.fix(4_294_967_295L, "ohos.permission.LOCATION", true)).isEqualTo(12_100_001);
        assertThat(client.restrict(CAMERA, 100, List.of(537_719_866L, 537_719_867L)))
                .isZero();
        assertThat(client.restrict(CAMERA, 100, List.of())).isZero();
        assertThat(client.release(CAMERA, 100)).isZero();

        assertThat(directory.resolve("calls")).hasContent("""
                        fix 537719865 ohos.permission.CAMERA denied
                        fix 4294967295 ohos.permission.LOCATION granted
                        restrict ohos.permission.CAMERA 100 537719866 537719867
                        restrict ohos.permission.CAMERA 100
                        release ohos.permission.CAMERA 100
                        """);
    }

    @Test
    void refusesWhatIsNoQuestionAndCallsNothing() throws Exception {
        HelperClient client = start(System.getProperty("user.name"));

        for (String line : List.of(
                "",
                "no json",
                "{\"op\":\"reboot\"}",
                "{\"op\":\"fix\",\"permission\":\"p\",\"token\":-1,\"granted\":true}",
                "{\"op\":\"fix\",\"permission\":\"p\",\"token\":1}",
                "{\"op\":\"restrict\",\"permission\":\"p\",\"user\":100,\"except\":[\"1\"]}",
                "{\"op\":\"restrict\",\"permission\":\"" + "p".repeat(300) + "\",\"user\":100,\"except\":[]}",
                "{\"op\":\"release\",\"user\":100}")) {
            assertThat(ask(line)).as(line).isEqualTo("{\"code\":12100001}\n");
        }

        assertThat(directory.resolve("calls")).doesNotExist();
        assertThat(client.probe().present()).as("it lives on").isTrue();
    }

    @Test
    void answersNobodyButTheAgent() throws Exception {
        assertThat(start("daemon").probe()).isEqualTo(HelperClient.Abilities.NONE);
    }

    private HelperClient start(String agent) throws Exception {
        assumeTrue(has("cc", "--version"), "no C compiler on this machine");
        assumeTrue(Files.exists(Path.of("/usr/include/cjson/cJSON.h")), "no cJSON on this machine");
        Path built = directory.resolve("program");
        List<String> command = new ArrayList<>(List.of("cc", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined"));
        command.addAll(List.of("-DAGENT_USER=\"" + agent + "\"", "-I/usr/include/cjson", "-I" + SOURCE, "-I" + FAKES));
        command.addAll(List.of(
                SOURCE.resolve("muster_helper.c").toString(),
                FAKES.resolve("fake_calls.c").toString(),
                "-lcjson",
                "-o",
                built.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        ProcessBuilder helper = new ProcessBuilder(built.toString()).inheritIO();
        helper.environment().put("SOCKETS", directory.toString());
        helper.environment().put("CALLS", directory.resolve("calls").toString());
        program = Optional.of(helper.start());
        await().atMost(ONE_MINUTE).ignoreExceptions().untilAsserted(() -> {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                assertThat(channel.connect(UnixDomainSocketAddress.of(socket())))
                        .isTrue();
            }
        });
        return new HelperClient(socket());
    }

    private Path socket() {
        return directory.resolve("muster_helper");
    }

    private static boolean has(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String ask(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(256);
            while (channel.read(answer) >= 0) {
                // until it hangs up
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }
}

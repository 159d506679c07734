package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Remote help from the command line to a packaged agent and back, as its signed settings allow. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class HelpST {
    private static final String DEVICE = "sim-02";
    private static final String WHY = "--reason=ticket 12";
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final Product product;

    HelpST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @AfterEach
    void putBack() {
        product.muster("settings", "set", "device", DEVICE, "remoteHelp=").mustSucceed();
        rollOut();
    }

    @Test
    void aDeviceThatWasNotOpenedBySettingsOpensToNobody() {
        Command refused = product.musterTyping("echo hello\nexit\n", "help", "terminal", DEVICE, WHY);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).contains("refused by the device: remote help is off on this device");
        allow("{\"until\":\"" + Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS)
                + "\",\"kinds\":[\"get\"],\"paths\":[\"" + folder + "\"]}");
        assertThat(product.musterTyping("exit\n", "help", "terminal", DEVICE, WHY)
                        .out())
                .contains("`terminal` is not among what the signed settings of this device allow");
        assertThat(product.muster(
                                "help",
                                "get",
                                DEVICE,
                                "/etc/hostname",
                                folder.resolve("x").toString(),
                                WHY)
                        .out())
                .contains("does not lie below a folder that the signed settings of this device allow");
        allow("{\"until\":\"2026-01-01T00:00:00Z\",\"kinds\":[\"terminal\"]}");
        assertThat(product.musterTyping("exit\n", "help", "terminal", DEVICE, WHY)
                        .out())
                .contains("remote help was allowed on this device until 2026-01-01T00:00:00Z");
    }

    @Test
    void aTerminalFilesAndAForwardWorkWhileTheSettingsAllowThem() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        try (ServerSocket echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + echo.getLocalPort();
            allow("{\"until\":\"" + Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS)
                    + "\",\"kinds\":[\"terminal\",\"get\",\"put\",\"forward\"],\"paths\":[\"" + there
                    + "\"],\"forward\":[\"" + address + "\"],\"bytesPerSecond\":4194304}");

            Command shell = product.musterTyping("echo $((6*7))-answer\nexit\n", "help", "terminal", DEVICE, WHY);
            assertThat(shell.out()).contains("the device is called");
            assertThat(shell.out()).contains("42-answer");
            assertThat(shell.exit()).isZero();

            byte[] bytes = new byte[300_000];
            new java.util.Random(7).nextBytes(bytes);
            Path local = Files.write(folder.resolve("local.bin"), bytes);
            product.muster(
                            "help",
                            "put",
                            DEVICE,
                            local.toString(),
                            there.resolve("put.bin").toString(),
                            WHY)
                    .mustSucceed();
            assertThat(there.resolve("put.bin")).hasBinaryContent(bytes);
            assertThat(there.toFile().list()).containsExactly("put.bin");
            Path back = folder.resolve("back.bin");
            assertThat(product.muster(
                                    "help",
                                    "get",
                                    DEVICE,
                                    there.resolve("put.bin").toString(),
                                    back.toString(),
                                    WHY)
                            .mustSucceed())
                    .contains("300000 bytes, sha256 ");
            assertThat(back).hasBinaryContent(bytes);

            forwards(echo, address);

            List<Map<String, Object>> sessions = product.items("help", "list", "--device", DEVICE);
            assertThat(sessions).hasSizeGreaterThanOrEqualTo(4);
            String terminal = sessions.stream()
                    .filter(one ->
                            "terminal".equals(one.get("kind")) && !"0".equals(String.valueOf(one.get("bytesUp"))))
                    .map(one -> String.valueOf(one.get("id")))
                    .findFirst()
                    .orElseThrow();
            assertThat(product.muster("help", "transcript", terminal).mustSucceed())
                    .contains("42-answer");
            assertThat(product.muster("help", "transcript", terminal, "--typed").mustSucceed())
                    .contains("echo $((6*7))-answer");
            assertThat(product.items("audit", "list", "--object", "device/" + DEVICE))
                    .extracting(row -> row.get("verb"))
                    .contains("help.ask", "help.start", "help.open", "help.end", "help.transcript");
        }
    }

    @Test
    void aSessionEndsWhenTheSettingsNoLongerAllowIt() throws Exception {
        allow("{\"until\":\"" + Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS)
                + "\",\"kinds\":[\"terminal\"]}");
        Process terminal = product.start("help", "terminal", DEVICE, "--reason", "ticket 12");
        try (BufferedReader shown = terminal.inputReader(StandardCharsets.UTF_8);
                Writer typed = terminal.outputWriter(StandardCharsets.UTF_8)) {
            typed.write("echo open-$((6*7))\n");
            typed.flush();
            until(shown, "open-42");

            product.muster("settings", "set", "device", DEVICE, "remoteHelp=").mustSucceed();
            rollOut();

            until(shown, "the session ended: remote help is off on this device");
            assertThat(terminal.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(terminal.exitValue()).isEqualTo(1);
        } finally {
            terminal.destroyForcibly();
        }
    }

    private static String until(BufferedReader lines, String text) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            all.append(line).append('\n');
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("expected `" + text + "`, found\n" + all);
    }

    private void forwards(ServerSocket echo, String address) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    Socket socket = echo.accept();
                    Thread.ofPlatform().daemon().start(() -> {
                        try (socket) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            // The test's end of it is gone.
                        }
                    });
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        Process forward = product.start("help", "forward", DEVICE, address, "--reason", "ticket 12");
        try {
            String line = until(forward.inputReader(StandardCharsets.UTF_8), "forwarding 127.0.0.1:");
            int port = Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:([0-9]+).*", "$1"));
            for (String word : List.of("first", "second")) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.setSoTimeout((int) SOON.toMillis());
                    socket.getOutputStream().write(word.getBytes(StandardCharsets.UTF_8));
                    assertThat(new String(socket.getInputStream().readNBytes(word.length()), StandardCharsets.UTF_8))
                            .isEqualTo(word);
                }
            }
        } finally {
            forward.destroy();
        }
        await().atMost(SOON).until(() -> product.items("help", "list", "--device", DEVICE, "--live")
                .isEmpty());
    }

    private void allow(String json) {
        product.muster("settings", "set", "device", DEVICE, "remoteHelp=" + json)
                .mustSucceed();
        rollOut();
    }

    private void rollOut() {
        product.muster("settings", "rollout", "-q", "id==" + DEVICE, "--wait").mustSucceed();
    }
}

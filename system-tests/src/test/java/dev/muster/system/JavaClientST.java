package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code docs/examples/java-client}: a client is made from the server's OpenAPI document, compiled, and does its work. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class JavaClientST {
    private static final Path EXAMPLE = Product.home().resolve("docs/examples/java-client");
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private final SharedProduct.Running running;

    JavaClientST(SharedProduct.Running running) {
        this.running = running;
    }

    @AfterEach
    void forget() {
        running.product().muster("accounts", "delete", "java-client");
    }

    @Test
    void isGeneratedCompiledAndReadsTheFleet() throws IOException {
        String server = "http://localhost:" + running.product().port(0);
        copyExample();
        try (InputStream document =
                URI.create(server + "/q/openapi?format=json").toURL().openStream()) {
            Files.copy(document, folder.resolve("openapi.json"));
        }
        Command.run(Map.of(), LIMIT, List.of("mvn", "-B", "-q", "-f", folder.toString(), "compile"))
                .mustSucceed();
        Product product = running.product();
        product.muster("accounts", "create", "java-client").mustSucceed();
        product.muster("roles", "bind", "viewer", "--account", "java-client").mustSucceed();
        String token =
                Product.text(product.json("accounts", "token", "create", "java-client", "--expires", "PT1H"), "token");

        String out = Command.run(
                        Map.of("MUSTER_SERVER", server, "MUSTER_TOKEN", token),
                        LIMIT,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                folder.resolve("target/classes") + ":" + folder.resolve("target/lib") + "/*",
                                "example.FleetReport",
                                "name==sim-*"))
                .mustSucceed();

        assertThat(out.lines().filter(line -> line.matches("sim-\\d+ \\S+ (not )?in step")))
                .hasSize(SharedProduct.DEVICES);
        assertThat(out).contains("404 {").contains("no-such-site");
    }

    private void copyExample() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(EXAMPLE.resolve("target")))
                    .toList()) {
                Path copy = folder.resolve(EXAMPLE.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}

package dev.muster.system.login;

import static org.awaitility.Awaitility.await;

import dev.muster.system.Product;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** One more instance of the server of a running product, with some settings of its own. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param changes of the product's settings
     * @param management port of its health
     */
    static ServerProcess start(Product product, Path folder, Map<String, String> changes, int management)
            throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(product.data().resolve("server/application.properties"))) {
            settings.load(reader);
        }
        settings.putAll(changes);
        settings.setProperty("quarkus.management.port", Integer.toString(management));
        Path file = Files.createDirectories(folder).resolve("application.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        Path log = folder.resolve("server.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dquarkus.config.locations=" + file.toUri(),
                        "-jar",
                        Product.home()
                                .resolve("control-plane/target/quarkus-app/quarkus-run.jar")
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerProcess server = new ServerProcess(process);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
                    .build();
            await().atMost(START).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                if (!process.isAlive()) {
                    throw new AssertionError("the server ended, saying\n" + Files.readString(log));
                }
                return http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            });
            return server;
        } catch (RuntimeException | AssertionError e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

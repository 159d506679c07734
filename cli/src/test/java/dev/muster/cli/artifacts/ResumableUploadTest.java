package dev.muster.cli.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.http.Api;
import dev.muster.cli.output.ProgressLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumableUploadTest {
    private static final Map<String, Object> APP = Map.of("kind", "app");

    @TempDir
    Path folder = Path.of("unused");

    private final BreakingServer server = new BreakingServer();
    private final HttpClient http = HttpClient.newHttpClient();
    private final StringWriter err = new StringWriter();
    private final List<Duration> pauses = new ArrayList<>();
    private final byte[] content = new byte[3 << 20];
    private Path file = Path.of("unused");

    @BeforeEach
    void write() throws IOException {
        new Random(7).nextBytes(content);
        file = Files.write(folder.resolve("camera.hap"), content);
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private LongSupplier seconds = () -> 0;

    private Map<String, Object> send(Map<String, Object> what) {
        PrintWriter out = new PrintWriter(err);
        Api api = new Api(http, URI.create(server.url()), Optional::empty);
        ProgressLine progress = ProgressLine.of(
                out,
                Map.of(),
                () -> Instant.EPOCH.plusSeconds(seconds.getAsLong()),
                file.getFileName().toString());
        return new ResumableUpload(api, out, progress, file, what, pauses::add).send();
    }

    @Test
    void goesOnWhereTheConnectionBroke() {
        server.breakAfter(1_000_000, 500_000);

        Map<String, Object> artifact = send(APP);

        assertThat(artifact).containsEntry("sha256", "made");
        assertThat(server.content()).isEqualTo(content);
        assertThat(server.offsets()).hasSize(3).startsWith(0L);
        assertThat(server.offsets().get(1)).isPositive();
        assertThat(pauses).hasSize(2);
    }

    @Test
    void findsTheUploadThatAnEarlierCallBegan() {
        server.breakForEver(1_000_000);
        assertThatThrownBy(() -> send(APP)).hasMessageContaining("cannot reach");
        long arrived = server.content().length;
        server.breakAfter();

        send(APP);

        assertThat(arrived).isPositive();
        assertThat(server.announced()).isEqualTo(1);
        assertThat(server.offsets().getLast()).isEqualTo(arrived);
        assertThat(server.content()).isEqualTo(content);
        assertThat(err.toString()).contains("going on at");
    }

    @Test
    void doesNotGoOnWithWhatWasSaidToBeSomethingElse() {
        server.breakForEver(1_000_000);
        assertThatThrownBy(() -> send(APP)).hasMessageContaining("cannot reach");
        server.breakAfter();

        send(Map.of("kind", "image", "releaseCounter", 2));

        assertThat(server.announced()).isEqualTo(2);
        assertThat(server.offsets().getLast()).isZero();
    }

    @Test
    void givesUpWhenNothingArrivesAnyMore() {
        server.breakForEver(0);

        assertThatThrownBy(() -> send(APP)).hasMessageContaining("cannot reach");

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L);
    }

    @Test
    void tellsEveryTenthOfAFileThatTakesItsTimeOnALineOfItsOwn() {
        AtomicLong passed = new AtomicLong();
        seconds = passed::incrementAndGet;

        send(APP);

        assertThat(err.toString().lines().toList())
                .contains("camera.hap: 50% of 3.0 MiB", "camera.hap: 100% of 3.0 MiB")
                .hasSizeLessThanOrEqualTo(11)
                .noneMatch(line -> line.contains("\r"));
    }

    @Test
    void saysNothingOfWhatIsOverSoon() {
        send(APP);

        assertThat(err.toString()).isEmpty();
    }
}

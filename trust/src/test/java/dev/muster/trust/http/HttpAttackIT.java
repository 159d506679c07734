package dev.muster.trust.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.client.Updater;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.MemoryStorage;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks that need a real connection. */
class HttpAttackIT {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage storage = new MemoryStorage();
    private final ImageRepository repository = ImageRepository.create(keys, Validity.DEFAULT, NOW)
            .withTarget(
                    KeyNames.publisher("default"),
                    "apps/default/a.hap",
                    TargetFile.ofSha256(1, "ab".repeat(32), Map.of()),
                    keys,
                    NOW)
            .publish(keys, NOW)
            .store(storage);
    private final HostileServer server = new HostileServer(storage::read);
    private final HttpClient client = HttpClient.newHttpClient();
    private final MemoryTrustStore store = new MemoryTrustStore();

    HttpAttackIT() throws IOException {}

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private Updater updater(Duration timeout) {
        Updater updater =
                new Updater(new HttpMetadataFetcher(client, server.uri(), timeout), store, () -> NOW, Limits.DEFAULT);
        updater.initialise(repository.root());
        return updater;
    }

    private Updater updater() {
        return updater(Duration.ofSeconds(30));
    }

    @Test
    void aRepositoryWorksOverHttp() {
        assertThat(updater().target("apps/default/a.hap")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.root.json", "timestamp.json", "2.snapshot.json", "1.targets.json"})
    void endlessDataIsCutOff(String file) {
        server.attacks.put(file, HostileServer::endless);

        assertThatThrownBy(() -> updater().refresh())
                .isInstanceOfSatisfying(
                        TrustException.Length.class, e -> assertThat(e.what()).isEqualTo(file));
    }

    @Test
    void slowRetrievalIsGivenUp() {
        CountDownLatch over = new CountDownLatch(1);
        server.attacks.put("timestamp.json", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatThrownBy(() -> updater(Duration.ofMillis(500)).refresh())
                .isInstanceOf(TrustException.Unreachable.class);
        over.countDown();
    }

    @Test
    void aConnectionThatBreaksOffIsUnreachableAndNotTrusted() {
        byte[] bytes = Objects.requireNonNull(storage.files.get("timestamp.json"));
        server.attacks.put("timestamp.json", exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
        });

        assertThatThrownBy(() -> updater().refresh()).isInstanceOf(TrustException.Unreachable.class);
        assertThat(store.files).doesNotContainKey("timestamp");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 410, 500, 503})
    void aRefusalIsNotTakenForAMissingFile(int status) {
        server.attacks.put("2.root.json", exchange -> exchange.sendResponseHeaders(status, -1));

        assertThatThrownBy(() -> updater().refresh()).isInstanceOf(TrustException.Unreachable.class);
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.attacks.put("timestamp.json", exchange -> {
            exchange.getResponseHeaders().set("Location", "/1.snapshot.json");
            exchange.sendResponseHeaders(302, -1);
        });

        assertThatThrownBy(() -> updater().refresh()).isInstanceOf(TrustException.Unreachable.class);
    }
}

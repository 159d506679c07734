package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Platforms;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent that has settings to hold, once where the operating system tells of changes and once where it has to look. */
class FileNewsIT {
    private static final byte[] SETTINGS =
            "{\"files\":{\"etc/banner\":{\"content\":\"ours\"}},\"agent\":{\"sampleSeconds\":3600}}".getBytes(UTF_8);

    private final AtomicInteger looks = new AtomicInteger();
    private AgentRig rig;
    private Path banner;

    @BeforeEach
    void begin() throws Exception {
        rig = new AgentRig(
                "simulated",
                (name, state, clock, nanos, rebooter) -> counted(Platforms.open(name, state, clock, nanos, rebooter)),
                state -> {});
        rig.server.publish(2, List.of(Wanted.of("settings", SETTINGS, "1", 0)));
        banner = Platforms.open("simulated", rig.state, java.time.InstantSource.system(), System::nanoTime, () -> {})
                .settingsFiles()
                .resolve("etc/banner");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    /** Every look asks for the permission table. */
    private Platform counted(Platform real) {
        return (Platform) Proxy.newProxyInstance(
                Platform.class.getClassLoader(), new Class<?>[] {Platform.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("permissions")) {
                        looks.incrementAndGet();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void start(boolean news) throws IOException {
        rig.start(
                (config, told) -> {
                    var calm = config.withRefresh(Duration.ofHours(1)).withUsage(Duration.ofHours(1));
                    return told ? calm.withFileNews() : calm;
                },
                news);
        rig.awaitTarget("settings", "committed");
        await().atMost(ONE_MINUTE).until(() -> Files.exists(banner));
    }

    private boolean looksAgainAndAgain() {
        int before = looks.get();
        // A hundred turns of a brisk look, however long the machine takes for them.
        AtomicInteger turns = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(20)).atMost(ONE_MINUTE).until(() -> turns.incrementAndGet() > 100);
        return looks.get() - before > 30;
    }

    @Test
    void looksOnlyAtWhatItIsToldOf() throws Exception {
        start(true);
        await().atMost(ONE_MINUTE).until(() -> !looksAgainAndAgain());

        Files.writeString(banner, "somebody else's");

        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(banner).content().isEqualTo("ours"));
        rig.awaitLog("`etc/banner` was changed by somebody and is put back");
    }

    @Test
    void looksAgainAndAgainWhereNobodyTells() throws Exception {
        start(false);

        assertThat(looksAgainAndAgain()).isTrue();
    }
}

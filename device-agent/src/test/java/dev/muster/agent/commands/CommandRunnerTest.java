package dev.muster.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.muster.agent.apps.HapFile;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.platform.SimulatedPlatform;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Pace;
import dev.muster.protocol.command.AllowList;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandAnswer.Outcome;
import dev.muster.protocol.command.CommandKind;
import dev.muster.protocol.command.CommandReasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunnerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String PUMP = "com.example.pump";
    private static final AllowList ALL =
            new AllowList(Set.copyOf(CommandKind.VERBS), Set.of(PUMP), Set.copyOf(CommandKind.DIAGNOSTICS));

    @TempDir
    Path directory;

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final RecordingTransport wire = new RecordingTransport();
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicInteger reboots = new AtomicInteger();
    private volatile Instant now = NOW;
    private AllowList allowed = ALL;
    private StateDir state;
    private Outbox outbox;
    private CommandRunner runner;

    @BeforeEach
    void powerOn() throws IOException {
        state = new StateDir(directory).create();
        outbox = new Outbox(
                state.queue(),
                AgentConfig.defaults(),
                wire,
                1,
                Pace.on(scheduler, () -> 50, System::nanoTime),
                Runnable::run,
                line -> {});
        outbox.connected();
        runner = runner();
        runner.start();
    }

    @AfterEach
    void powerOff() throws IOException {
        runner.close();
        outbox.close();
        scheduler.shutdownNow();
    }

    @Test
    void runsADiagnosticAndAnswersWithWhatItFound() {
        runner.take(command("c-1", "diagnostic", Map.of("name", "clock")));

        CommandAnswer answer = answer("c-1");
        assertThat(answer.outcome()).isEqualTo(Outcome.DONE);
        assertThat(answer.output()).contains("2026-11-22T08:00:00Z");
        await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(wire.events)
                .extracting(event -> event.kind())
                .contains("command.accepted", "command.answered"));
    }

    @Test
    void refusesWhatIsNotOnTheAllowListThoughTheServerAsks() {
        allowed = new AllowList(Set.of("refresh", "restart-app"), Set.of("com.example.other"), Set.of());

        runner.take(command("c-1", "reboot", Map.of()));
        runner.take(command("c-2", "restart-app", Map.of("app", PUMP)));
        runner.take(command("c-3", "diagnostic", Map.of("name", "network")));

        for (String id : new String[] {"c-1", "c-2", "c-3"}) {
            assertThat(answer(id).outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(answer(id).reason()).isEqualTo(CommandReasons.NOT_ALLOWED);
        }
        assertThat(reboots).hasValue(0);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        runner.take(command("c-1", "shell", Map.of("line", "rm -rf /")));
        runner.take(command("c-2", "diagnostic", Map.of("name", "network; reboot")));

        assertThat(answer("c-1").reason()).isEqualTo(CommandReasons.UNKNOWN);
        assertThat(answer("c-2").reason()).isEqualTo(CommandReasons.UNKNOWN);
        assertThat(answer("c-2").output()).contains("network; reboot");
    }

    @Test
    void doesOneIdOnceHoweverOftenItComesAndAcrossRestarts() throws IOException {
        install();
        Command restart = command("c-1", "restart-app", Map.of("app", PUMP));
        runner.take(restart);
        runner.take(restart);
        answer("c-1");

        restartAgent();
        runner.take(restart);
        runner.take(command("c-2", "refresh", Map.of()));

        answer("c-2");
        assertThat(Files.readString(state.device().resolve("restarts.json"))).contains("\"" + PUMP + "\":1");
        assertThat(wire.answers)
                .filteredOn(answer -> answer.id().equals("c-1"))
                .allSatisfy(answer -> assertThat(answer.outcome()).isEqualTo(Outcome.DONE));
    }

    @Test
    void tellsARebootWhenItCameBackAndNotBefore() throws IOException {
        runner.take(command("c-1", "reboot", Map.of()));
        await().atMost(ONE_MINUTE).until(() -> reboots.get() == 1);
        assertThat(wire.answers).isEmpty();

        restartAgent();

        assertThat(answer("c-1").outcome()).isEqualTo(Outcome.DONE);
        runner.take(command("c-1", "reboot", Map.of()));
        runner.take(command("c-2", "refresh", Map.of()));
        answer("c-2");
        assertThat(reboots).hasValue(1);
    }

    @Test
    void saysThatItDoesNotKnowWhereThePowerWentInTheMiddle() throws IOException {
        runner.close();
        CommandBook book = new CommandBook(new TwoSlotStore(state.journal(), "commands"));
        book.save(CommandEntry.accepted(command("c-1", "restart-app", Map.of("app", PUMP)))
                .acting());
        book.save(CommandEntry.accepted(command("c-2", "diagnostic", Map.of("name", "clock")))
                .acting());

        runner = runner();
        runner.start();

        assertThat(answer("c-1").reason()).isEqualTo(CommandReasons.INTERRUPTED);
        assertThat(answer("c-2").outcome()).as("may be done twice").isEqualTo(Outcome.DONE);
    }

    @Test
    void startsNothingAfterItsDeadlineAndForgetsNoIdBefore() throws IOException {
        install();
        Command late = command("c-1", "restart-app", Map.of("app", PUMP));
        runner.take(late);
        answer("c-1");
        now = NOW.plus(Duration.ofHours(2));
        runner.take(new Command("c-2", "refresh", Map.of(), now.plusSeconds(60)));
        answer("c-2");
        wire.answers.clear();

        runner.take(late);
        runner.take(new Command("c-3", "refresh", Map.of(), now));

        assertThat(answer("c-3").outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(Files.readString(state.device().resolve("restarts.json"))).contains("\"" + PUMP + "\":1");
    }

    @Test
    void refusesMoreThanItCanRemember() {
        for (int i = 0; i < CommandBook.MAX; i++) {
            runner.take(command("c-" + i, "refresh", Map.of()));
        }

        runner.take(command("one-more", "refresh", Map.of()));

        assertThat(answer("one-more").reason()).isEqualTo(CommandReasons.TOO_MANY);
        assertThat(wakes).hasValue(CommandBook.MAX);
    }

    @Test
    void saysThatAnAppIsNotInstalled() {
        runner.take(command("c-1", "restart-app", Map.of("app", PUMP)));

        assertThat(answer("c-1").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(answer("c-1").reason()).isEqualTo(CommandReasons.NO_APP);
    }

    private void install() throws IOException {
        Path file = directory.resolve("pump.hap");
        Files.write(file, Haps.hap(PUMP, 3));
        SimulatedPlatform platform = platform();
        try (HapFile hap = new HapFile(Haps.checked(file))) {
            platform.apps().stage(hap, "0".repeat(64));
        }
        platform.apps().activate(PUMP, "0".repeat(64));
        platform.apps().commit(PUMP);
    }

    private void restartAgent() throws IOException {
        runner.close();
        runner = runner();
        runner.start();
    }

    private SimulatedPlatform platform() throws IOException {
        return new SimulatedPlatform(state, NOW, () -> 0, () -> {});
    }

    private CommandRunner runner() throws IOException {
        return new CommandRunner(
                new TwoSlotStore(state.journal(), "commands"),
                new CommandRunner.Parts(
                        () -> allowed,
                        platform(),
                        () -> Map.of("agent.log", "nothing happened"),
                        state.uploads(),
                        () -> {
                            throw new IllegalStateException("no network here");
                        },
                        outbox,
                        () -> now,
                        wakes::incrementAndGet,
                        refused -> reboots.incrementAndGet(),
                        scheduler,
                        line -> {}),
                "test");
    }

    private static Command command(String id, String verb, Map<String, String> arguments) {
        return new Command(id, verb, arguments, NOW.plus(Duration.ofHours(1)));
    }

    private CommandAnswer answer(String id) {
        await().atMost(Duration.ofSeconds(20)).until(() -> wire.answers.stream()
                .anyMatch(answer -> answer.id().equals(id)));
        return wire.answers.stream()
                .filter(answer -> answer.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}

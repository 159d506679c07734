package dev.muster.agent.commands;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.transport.Backoff;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.AllowList;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandAnswer.Outcome;
import dev.muster.protocol.command.CommandKind;
import dev.muster.protocol.command.CommandReasons;
import dev.muster.protocol.event.DeviceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes commands in, one after the other on a thread of its own that ends when there is nothing to do, so that a slow
 * upload holds up neither an update nor a revocation. The public methods may be called by any thread and return at once.
 */
public final class CommandRunner implements AutoCloseable {
    private static final Duration RETRY_BASE = Duration.ofSeconds(2);
    private static final Duration RETRY_MAX = Duration.ofMinutes(5);
    private static final long IDLE_SECONDS = 10;
    private static final long STOP_SECONDS = 5;

    private final CommandBook book;
    private final Parts parts;
    private final Uploader uploader;
    private final ThreadPoolExecutor thread;
    private final Backoff retry = new Backoff(RETRY_BASE, RETRY_MAX, ThreadLocalRandom.current());
    private volatile boolean closing;
    private boolean waiting;

    /**
     * What the runner works with.
     *
     * @param allowed the signed list of this moment
     * @param texts what an archive of logs holds, by file name; may block on disk
     * @param uploads a directory for archives that are on their way
     * @param https makes a connection of the caller's own
     * @param wake asks for a look at the desired state
     * @param reboot asks for a restart, from the thread that does the updates; calls its argument where the platform refuses
     * @param scheduler for timers only
     */
    public record Parts(
            Supplier<AllowList> allowed,
            Platform platform,
            Supplier<Map<String, String>> texts,
            Path uploads,
            Supplier<DeviceHttps> https,
            Outbox outbox,
            InstantSource time,
            Runnable wake,
            Consumer<Runnable> reboot,
            ScheduledExecutorService scheduler,
            AgentLog log) {}

    /** Remembers in {@code store}. */
    public CommandRunner(StateStore store, Parts parts, String name) throws IOException {
        this.book = new CommandBook(store);
        this.parts = parts;
        this.uploader = new Uploader(parts.https());
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("commands-" + name).daemon().factory());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Brings to an end what was in the middle when the device went down. */
    public void start() {
        submit(this::settle);
    }

    /** Takes a command in; one that is known is not done again. */
    public void take(Command command) {
        submit(() -> accept(command));
    }

    /** A session began: an upload that waits for its next try need not wait. */
    public void connected() {
        submit(this::uploads);
    }

    @Override
    public void close() {
        closing = true;
        thread.shutdown();
        uploader.abort();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void submit(Work work) {
        try {
            thread.execute(() -> {
                if (closing) {
                    return;
                }
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    // INVARIANT (the runner never dies): the server asks again for what was not taken in.
                    parts.log().line("a command failed: " + e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            // Closing; what is in the book goes on at the next start.
        }
    }

    private void settle() throws IOException {
        for (CommandEntry entry : book.open()) {
            Optional<CommandKind> kind = kind(entry.command());
            if (kind.isEmpty()) {
                answer(entry, Outcome.REJECTED, CommandReasons.UNKNOWN, "this agent does not know it");
            } else if (kind.get() instanceof CommandKind.Reboot && entry.stage() == CommandEntry.Stage.ACTING) {
                // Where an agent may reboot at all it starts with the device: being here is having come back.
                answer(entry, Outcome.DONE, "", "the device came back");
            } else if (entry.stage() == CommandEntry.Stage.ACTING && !kind.get().repeatable()) {
                answer(
                        entry,
                        Outcome.FAILED,
                        CommandReasons.INTERRUPTED,
                        "the device went down in the middle; whether it was done is not known");
            } else {
                perform(entry, kind.get());
            }
        }
    }

    private void accept(Command command) throws IOException {
        Optional<CommandEntry> known = book.find(command.id());
        if (known.isPresent()) {
            repeat(known.get());
            return;
        }
        CommandEntry entry = CommandEntry.accepted(command);
        if (!parts.time().instant().isBefore(command.deadline())) {
            parts.outbox().answer(new CommandAnswer(command.id(), Outcome.EXPIRED, "", CommandReasons.EXPIRED));
            return;
        }
        if (!book.hasRoom(parts.time().instant())) {
            parts.outbox()
                    .answer(new CommandAnswer(
                            command.id(),
                            Outcome.REJECTED,
                            "expected at most " + CommandBook.MAX + " commands before their deadline, found more",
                            CommandReasons.TOO_MANY));
            return;
        }
        CommandKind kind;
        try {
            kind = CommandKind.parse(command.verb(), command.arguments());
        } catch (ProtocolException e) {
            answer(entry, Outcome.REJECTED, CommandReasons.UNKNOWN, String.valueOf(e.getMessage()));
            return;
        }
        Optional<String> refusal = parts.allowed().get().refusal(kind);
        if (refusal.isPresent()) {
            parts.log().line("command `" + command.id() + "` refused: " + refusal.get());
            answer(entry, Outcome.REJECTED, CommandReasons.NOT_ALLOWED, refusal.get());
            return;
        }
        book.save(entry);
        tell("command.accepted", Map.of("id", command.id(), "verb", command.verb()));
        perform(entry, kind);
    }

    /** The same id again: its answer may have been lost, its act must not come twice. */
    private void repeat(CommandEntry entry) throws IOException {
        if (entry.outcome().isPresent()) {
            parts.outbox()
                    .answer(new CommandAnswer(entry.id(), entry.outcome().get(), "answered before", entry.reason()));
        }
    }

    private void perform(CommandEntry entry, CommandKind kind) throws IOException {
        switch (kind) {
            case CommandKind.Refresh k -> {
                parts.wake().run();
                answer(entry, Outcome.DONE, "", "");
            }
            case CommandKind.Reboot k -> reboot(entry);
            case CommandKind.RestartApp app -> restart(entry, app.bundle());
            case CommandKind.Diagnostic diagnostic -> diagnose(entry, diagnostic.name());
            case CommandKind.CollectLogs k -> collect(entry);
        }
    }

    private void reboot(CommandEntry entry) throws IOException {
        if (!parts.platform().mayRestart()) {
            answer(entry, Outcome.REJECTED, CommandReasons.NOT_HERE, "this agent may not restart the device");
            return;
        }
        CommandEntry acting = entry.acting();
        book.save(acting);
        parts.reboot()
                .accept(() -> submit(() -> answer(
                        acting, Outcome.REJECTED, CommandReasons.NOT_HERE, "this agent may not restart the device")));
    }

    private void restart(CommandEntry entry, String bundle) throws IOException {
        if (parts.platform().apps().installed(bundle).isEmpty()) {
            answer(entry, Outcome.FAILED, CommandReasons.NO_APP, "no app `" + bundle + "` is installed");
            return;
        }
        CommandEntry acting = entry.acting();
        book.save(acting);
        try {
            if (parts.platform().restartApp(bundle)) {
                answer(acting, Outcome.DONE, "", "");
            } else {
                answer(acting, Outcome.REJECTED, CommandReasons.NOT_HERE, "this platform starts no apps");
            }
        } catch (IOException e) {
            answer(acting, Outcome.FAILED, CommandReasons.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void diagnose(CommandEntry entry, String name) throws IOException {
        Optional<String> found = parts.platform().diagnostic(name, parts.time().instant());
        if (found.isPresent()) {
            answer(entry, Outcome.DONE, "", Redactor.redact(found.get()));
        } else {
            answer(entry, Outcome.REJECTED, CommandReasons.NOT_HERE, "this platform has no diagnostic `" + name + "`");
        }
    }

    private void collect(CommandEntry entry) throws IOException {
        Path file = archive(entry);
        CommandEntry.Archive archive;
        if (entry.archive().isPresent() && Files.exists(file)) {
            archive = entry.archive().get();
        } else {
            book.save(entry.acting());
            archive = LogArchive.write(file, parts.texts().get(), parts.time().instant());
        }
        CommandEntry made = entry.with(archive);
        book.save(made);
        upload(made, archive);
    }

    private void uploads() throws IOException {
        for (CommandEntry entry : book.open()) {
            if (entry.archive().isPresent()) {
                upload(entry, entry.archive().get());
            }
        }
    }

    private void upload(CommandEntry entry, CommandEntry.Archive archive) throws IOException {
        Path file = archive(entry);
        try {
            uploader.upload(entry.id(), file, archive);
            retry.reset();
            answer(entry, Outcome.DONE, "", archive.length() + " bytes uploaded");
        } catch (Uploader.RefusedException e) {
            answer(entry, Outcome.FAILED, CommandReasons.UPLOAD_REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            if (!parts.time().instant().isBefore(entry.deadline())) {
                answer(entry, Outcome.FAILED, CommandReasons.UPLOAD_UNFINISHED, String.valueOf(e.getMessage()));
                return;
            }
            parts.log().line("upload of command `" + entry.id() + "` stopped, going on later: " + e.getMessage());
            later();
        }
    }

    private void again() throws IOException {
        waiting = false;
        uploads();
    }

    // One timer, however many uploads wait: otherwise each try of one would add a try of all.
    private void later() {
        if (closing || waiting) {
            return;
        }
        waiting = true;
        try {
            var unused = parts.scheduler()
                    .schedule(() -> submit(this::again), retry.next().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The process is going down.
        }
    }

    // The answer is durable before the book forgets that it is due; a power cut in between says it twice, and the same.
    private void answer(CommandEntry entry, Outcome outcome, String reason, String output) throws IOException {
        String cut = output.length() <= CommandAnswer.MAX_OUTPUT
                ? output
                : output.substring(0, CommandAnswer.MAX_OUTPUT - 20) + "\n[cut here]";
        CommandAnswer answer = new CommandAnswer(entry.id(), outcome, cut, reason);
        parts.outbox().answer(answer);
        book.save(entry.answered(answer));
        Files.deleteIfExists(archive(entry));
        tell(
                "command.answered",
                Map.of(
                        "id",
                        entry.id(),
                        "verb",
                        entry.command().verb(),
                        "outcome",
                        outcome.name().toLowerCase(java.util.Locale.ROOT),
                        "reason",
                        reason));
    }

    private void tell(String kind, Map<String, String> detail) throws IOException {
        parts.outbox().event(new DeviceEvent(kind, parts.time().instant(), detail));
    }

    // An id is the server's word: it names no file by itself.
    private Path archive(CommandEntry entry) {
        return parts.uploads()
                .resolve(java.util.UUID.nameUUIDFromBytes(entry.id().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        + ".zip");
    }

    private static Optional<CommandKind> kind(Command command) {
        try {
            return Optional.of(CommandKind.parse(command.verb(), command.arguments()));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }
}

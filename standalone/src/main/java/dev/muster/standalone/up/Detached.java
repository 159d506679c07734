package dev.muster.standalone.up;

import dev.muster.standalone.process.Commands;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts a supervisor of its own that outlives us, and shows what it says until everything is ready. */
final class Detached {
    private static final long LOOK_NANOS = 100_000_000L;

    /** The password behind the name of a login, and the token in a line to paste. */
    private static final Pattern SECRET = Pattern.compile("(?:Login\\s+\\S+ / |--token )(\\S+)");

    private final UpOptions options;

    Detached(UpOptions options) {
        this.options = options;
    }

    /** Answers the supervisor's exit code if it gave up, 0 if it is ready. */
    int start() {
        DataDirectory data = DataDirectory.prepare(options.data());
        Path log = data.logOf("up");
        try {
            if (RunState.supervisor(data).alive().isEmpty()) {
                Files.deleteIfExists(log);
            }
            long from = Files.exists(log) ? Files.size(log) : 0;
            Process supervisor = new ProcessBuilder(Commands.ownSession(command()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            while (supervisor.isAlive() && !isReady(data, supervisor.pid())) {
                from = show(log, from);
                LockSupport.parkNanos(LOOK_NANOS);
            }
            boolean up = supervisor.isAlive();
            show(log, from);
            forgetSecrets(log);
            if (!up && Folders.isFull(log)) {
                // What the supervisor said did not fit into its log.
                throw Folders.full(log);
            }
            return up ? ExitCode.OK.number() : supervisor.exitValue();
        } catch (IOException e) {
            throw Folders.unusable(log, e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                RuntimeFiles.java().toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-D" + ProductFiles.PROPERTY + "=" + ProductFiles.locate().home(),
                "-D" + RuntimeFiles.PROPERTY + "=" + RuntimeFiles.locate().root(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.muster.standalone.Main",
                "up",
                "--devices",
                Integer.toString(options.devices()),
                "--data",
                options.data().toString(),
                "--port-base",
                Integer.toString(options.ports().base())));
        options.host().ifPresent(host -> command.addAll(List.of("--host", host)));
        if (!options.story()) {
            command.add("--empty");
        }
        return command;
    }

    private static boolean isReady(DataDirectory data, long pid) {
        return RunState.supervisor(data)
                        .alive()
                        .filter(process -> process.pid() == pid)
                        .isPresent()
                && RunState.load(data)
                        .filter(state -> state.phase() == RunState.Phase.READY)
                        .isPresent();
    }

    /**
     * What was printed for the person who started it is not kept: a log holds no secret. In place and of the same length, because the
     * supervisor goes on writing behind it.
     */
    private static void forgetSecrets(Path log) throws IOException {
        if (!Files.exists(log)) {
            return;
        }
        // One byte a character, so that places in the text are places in the file.
        Matcher secret = SECRET.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            while (secret.find()) {
                file.seek(secret.start(1));
                file.write("*".repeat(secret.end(1) - secret.start(1)).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static long show(Path log, long from) throws IOException {
        if (!Files.exists(log)) {
            return from;
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long end = file.length();
            if (end <= from) {
                return from;
            }
            file.seek(from);
            byte[] fresh = new byte[(int) (end - from)];
            file.readFully(fresh);
            System.out.print(new String(fresh, StandardCharsets.UTF_8));
            System.out.flush();
            return end;
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "cannot read `" + log + "`: " + e.getMessage(), e);
        }
    }
}

package dev.muster.benchmarks;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An empty Muster of the benchmark's own, as {@code ./muster up --detach} starts it, for benchmarks that need a server.
 * Closing it stops everything it started.
 */
public final class RunningMuster implements AutoCloseable {
    private static final int PORT_BASE = 28_400;
    private static final long START_MINUTES = 10;
    private static final long COMMAND_MINUTES = 3;
    private static final Pattern LOGIN = Pattern.compile("Login\\s+(\\S+) / (\\S+)");
    private static final Pattern ENROL = Pattern.compile("--server \\S+ --token \\S+ --ca-fingerprint \\S+");

    private final Path launcher;
    private final Path data;
    private final List<String> enrolFlags;
    private final Matcher login;

    private RunningMuster(Path launcher, Path data, List<String> enrolFlags, Matcher login) {
        this.launcher = launcher;
        this.data = data;
        this.enrolFlags = enrolFlags;
        this.login = login;
    }

    /**
     * Starts it below {@code directory}; takes a minute or two the first time.
     *
     * @param home the project's root, where the launcher is
     */
    public static RunningMuster start(Path home, Path directory, PrintStream out)
            throws IOException, InterruptedException {
        Path launcher = home.resolve("muster");
        Path data = directory.resolve("muster");
        Path log = directory.resolve("up.log");
        out.println("starting a Muster of our own in " + data + " ...");
        Process up = run(
                List.of(
                        launcher.toString(),
                        "up",
                        "--detach",
                        "--empty",
                        "--devices",
                        "0",
                        "--data",
                        data.toString(),
                        "--port-base",
                        Integer.toString(PORT_BASE)),
                log);
        boolean ended = up.waitFor(START_MINUTES, TimeUnit.MINUTES);
        String printed = Files.readString(log);
        Matcher enrol = ENROL.matcher(printed);
        Matcher login = LOGIN.matcher(printed);
        if (!ended || up.exitValue() != 0 || !enrol.find() || !login.find()) {
            up.destroyForcibly();
            throw new IOException("`" + launcher + " up` did not come up:\n" + printed);
        }
        return new RunningMuster(launcher, data, flags(enrol), login);
    }

    /**
     * Flags as {@link #enrolFlags} has them, out of the command that the server answers to somebody who asks for a token.
     *
     * @throws IllegalArgumentException if the text has none
     */
    public static List<String> flagsIn(String command) {
        Matcher enrol = ENROL.matcher(command);
        if (!enrol.find()) {
            throw new IllegalArgumentException("a command that enrols expected, found `" + command + "`");
        }
        return flags(enrol);
    }

    private static List<String> flags(Matcher enrol) {
        return List.of(enrol.group().split(" ", -1));
    }

    /** Flags that enrol one device: {@code --server}, {@code --token}, {@code --ca-fingerprint} and their values. */
    public List<String> enrolFlags() {
        return enrolFlags;
    }

    /** Where its data are. */
    public Path data() {
        return data;
    }

    /** The port at {@code offset} from the base (ARCHITECTURE.md). */
    public int port(int offset) {
        return PORT_BASE + offset;
    }

    /** One of the passwords that it made for itself. */
    public String secret(String name) throws IOException {
        Properties secrets = new Properties();
        try (Reader reader = Files.newBufferedReader(data.resolve("secrets.properties"))) {
            secrets.load(reader);
        }
        String secret = secrets.getProperty(name);
        if (secret == null) {
            throw new IOException("expected `" + name + "` in `" + data.resolve("secrets.properties") + "`");
        }
        return secret;
    }

    /** Logs the command line in, as the person that {@code up} printed. */
    public void login() throws IOException, InterruptedException {
        cli(List.of("login", "--username", login.group(1), "--password-stdin"), login.group(2) + "\n");
    }

    /** Runs a verb of the command line; fails if it does. */
    public void cli(List<String> words) throws IOException, InterruptedException {
        cli(words, "");
    }

    private void cli(List<String> words, String input) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        Path said = data.resolveSibling("cli.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("MUSTER_NO_BUILD", "1");
        builder.environment()
                .put("MUSTER_CONFIG_DIR", data.resolveSibling("cli").toString());
        builder.environment().put("MUSTER_SERVER", "http://localhost:" + PORT_BASE);
        Process process = builder.start();
        try (Writer typed = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
            typed.write(input);
        }
        if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("`muster " + String.join(" ", words) + "` failed:\n" + Files.readString(said));
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run(List.of(launcher.toString(), "down", "--data", data.toString()), data.resolveSibling("down.log"))
                .waitFor();
    }

    private static Process run(List<String> words, Path log) throws IOException {
        return new ProcessBuilder(new ArrayList<>(words))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}

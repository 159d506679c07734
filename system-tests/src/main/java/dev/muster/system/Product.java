package dev.muster.system;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packaged product as {@code ./muster up --detach} starts it, and its command line. */
public final class Product implements AutoCloseable {
    private static final Path HOME =
            Path.of(System.getProperty("muster.home", "..")).toAbsolutePath().normalize();
    private static final int LAST_BASE = 30_000;
    private static final AtomicInteger NEXT_BASE = new AtomicInteger(17_400);
    private static final String SUPERVISOR = "dev.muster.standalone.Main";
    private static final Duration START_LIMIT = Duration.ofMinutes(6);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);

    private final Path data;
    private final int portBase;
    private final Map<String, String> environment = new HashMap<>();

    /** Lives in {@code data}, made if need be, on nine ports from {@code portBase} on. */
    public Product(Path data, int portBase) {
        this.data = data;
        this.portBase = portBase;
        // What is packaged is what is tested: the launcher must not build here.
        environment.put("MUSTER_NO_BUILD", "1");
        // Servers that live for minutes only do not earn back what the second compiler takes.
        environment.put("MUSTER_SERVER_JVM", "-XX:TieredStopAtLevel=1");
        environment.put("MUSTER_CONFIG_DIR", data.resolve("cli").toString());
        environment.put("MUSTER_SERVER", "http://localhost:" + portBase);
    }

    /** One that finds PostgreSQL and Keycloak unpacked and built by an earlier test of this build. */
    public static Product withSharedPrograms(Path data, int portBase) {
        Product product = new Product(data, portBase);
        product.sharePrograms();
        return product;
    }

    /** From now on it finds them so. */
    void sharePrograms() {
        environment.put(
                "MUSTER_PROGRAMS", HOME.resolve("standalone/target/runtime").toString());
    }

    /** Nine free ports in a row, each time others. */
    public static int freePortBase() {
        while (true) {
            int base = NEXT_BASE.getAndAdd(10);
            if (base > LAST_BASE) {
                throw new AssertionError("no nine free ports in a row up to " + LAST_BASE);
            }
            if (allFree(base)) {
                return base;
            }
        }
    }

    private static boolean allFree(int base) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int port = base; port < base + 9; port++) {
                held.add(new ServerSocket(port));
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            held.forEach(Product::closeQuietly);
        }
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its data directory. */
    public Path data() {
        return data;
    }

    /** The port at {@code offset} from the base (ARCHITECTURE.md). */
    public int port(int offset) {
        return portBase + offset;
    }

    /** {@code up --detach} with further flags. */
    public Command up(String... flags) {
        List<String> words = new ArrayList<>(List.of(
                launcher(), "up", "--detach", "--data", data.toString(), "--port-base", Integer.toString(portBase)));
        words.addAll(List.of(flags));
        return Command.run(environment, START_LIMIT, words);
    }

    /** {@code up} in the foreground; does {@code meanwhile} as soon as its output holds {@code line}, then waits for its end. */
    Command upWhile(String line, Command.Meanwhile meanwhile, String... flags) {
        return Command.runWhile(environment, START_LIMIT, foreground(flags), line, meanwhile);
    }

    /**
     * {@code up} in the foreground, killed (SIGKILL) as soon as its output holds {@code line}.
     *
     * @return what it had said
     */
    String upKilledAfter(String line, String... flags) {
        return upWhile(line, () -> kill(SUPERVISOR), flags).out();
    }

    /** {@code up} in the foreground, sent what Ctrl-C sends as soon as its output holds {@code line}; its end. */
    Command upInterruptedAfter(String line, String... flags) {
        List<String> words = foreground(flags);
        // Whoever started this test may ignore the signal, which programs inherit.
        words.addAll(0, List.of("env", "--default-signal=INT"));
        return Command.runWhile(environment, START_LIMIT, words, line, () -> Command.run(
                        Map.of(),
                        COMMAND_LIMIT,
                        List.of("kill", "-INT", Long.toString(the(SUPERVISOR).pid())))
                .mustSucceed());
    }

    private List<String> foreground(String... flags) {
        List<String> words = new ArrayList<>(
                List.of(launcher(), "up", "--data", data.toString(), "--port-base", Integer.toString(portBase)));
        words.addAll(List.of(flags));
        return words;
    }

    /** {@code down}. */
    public Command down() {
        return Command.run(environment, COMMAND_LIMIT, List.of(launcher(), "down", "--data", data.toString()));
    }

    /** {@code status}. */
    public Command status() {
        return Command.run(environment, COMMAND_LIMIT, List.of(launcher(), "status", "--data", data.toString()));
    }

    /** Logs in with the name and password that {@code up} printed. */
    public void login(String printed) {
        Login login = Login.printedIn(printed);
        Command.run(
                        environment,
                        COMMAND_LIMIT,
                        List.of(launcher(), "login", "--username", login.name(), "--password-stdin"),
                        login.password() + "\n")
                .mustSucceed();
    }

    /** A person that can log in. */
    public record Login(String name, String password) {
        private static final Pattern LINE = Pattern.compile("Login\\s+(\\S+) / (\\S+)");

        /** The one in the output of {@code up}. */
        static Login printedIn(String output) {
            Matcher login = LINE.matcher(output);
            if (!login.find()) {
                throw new AssertionError("expected a login in\n" + output);
            }
            return new Login(login.group(1), login.group(2));
        }
    }

    /** From now on the command line asks the server at {@code address} and trusts {@code pem}. */
    public void useServer(String address, Path pem) {
        environment.put("MUSTER_SERVER", address);
        environment.put("MUSTER_CA_FILE", pem.toString());
    }

    /** A token for so many devices: {@code --server}, {@code --token}, {@code --ca-fingerprint} as in the line to paste. */
    public List<String> enrolFlags(int uses) {
        return enrolFlags("--uses", Integer.toString(uses));
    }

    /** The same of a token made with these options. */
    public List<String> enrolFlags(String... options) {
        List<String> create = new ArrayList<>(List.of("enrol", "token", "create"));
        create.addAll(List.of(options));
        return flagsOf(text(json(create.toArray(String[]::new)), "command"));
    }

    /** The same out of the line to paste, as people are shown it. */
    public static List<String> flagsOf(String command) {
        List<String> words = List.of(command.trim().split("\\s+"));
        List<String> flags = new ArrayList<>();
        for (String flag : List.of("--server", "--token", "--ca-fingerprint")) {
            int at = words.indexOf(flag);
            if (at < 0) {
                throw new AssertionError("expected `" + flag + "` in: " + command);
            }
            flags.add(flag);
            flags.add(words.get(at + 1));
        }
        return flags;
    }

    /** Runs one CLI verb. */
    public Command muster(String... words) {
        return Command.run(environment, COMMAND_LIMIT, Command.words(launcher(), words));
    }

    /** Runs one CLI verb that reads what a person types. */
    public Command musterTyping(String input, String... words) {
        return Command.run(environment, COMMAND_LIMIT, Command.words(launcher(), words), input);
    }

    /** Starts one CLI verb that goes on until somebody ends it; the caller destroys it. Its errors come with its output. */
    public Process start(String... words) {
        ProcessBuilder builder = new ProcessBuilder(Command.words(launcher(), words)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs one CLI verb as the program whose API token this is. */
    public Command withToken(String token, String... words) {
        Map<String, String> other = new HashMap<>(environment);
        other.put("MUSTER_TOKEN", token);
        return Command.run(other, COMMAND_LIMIT, Command.words(launcher(), words));
    }

    /** Runs one CLI verb that ends by itself once something has happened, which may take up to {@code limit}. */
    public Command musterWithin(Duration limit, String... words) {
        return Command.run(environment, limit, Command.words(launcher(), words));
    }

    /** The JSON answer of one CLI verb that must succeed; it runs in this JVM, because tests ask until something has come true. */
    public Map<String, Object> json(String... words) {
        String[] withFormat = new String[words.length + 2];
        System.arraycopy(words, 0, withFormat, 0, words.length);
        withFormat[words.length] = "-o";
        withFormat[words.length + 1] = "json";
        String text = VerbsHere.run(environment, withFormat).mustSucceed();
        try {
            return JSON.std.mapFrom(text);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + text, e);
        }
    }

    /** One member of an answer, which must be there, as text. */
    public static String text(Map<String, Object> answer, String member) {
        return String.valueOf(Objects.requireNonNull(answer.get(member), "expected `" + member + "` in the answer"));
    }

    /** The rows of one listing verb. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> items(String... words) {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(json(words).get("items"), "expected `items` in the answer");
    }

    /** Live processes of this product whose command line holds all of {@code marks}. */
    public List<ProcessHandle> processes(String... marks) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process).orElse("");
                    return line.contains(data.toString())
                            && java.util.Arrays.stream(marks).allMatch(line::contains);
                })
                .collect(Collectors.toList());
    }

    /** SIGKILL for exactly one process. */
    public void kill(String... marks) {
        ProcessHandle process = the(marks);
        process.destroyForcibly();
        process.onExit().join();
    }

    private ProcessHandle the(String... marks) {
        List<ProcessHandle> found = processes(marks);
        if (found.size() != 1) {
            throw new AssertionError("expected one process with " + List.of(marks) + ", found "
                    + found.stream()
                            .map(process -> commandLine(process).orElse("?"))
                            .toList());
        }
        return found.getFirst();
    }

    private static Optional<String> commandLine(ProcessHandle process) {
        try {
            Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            return Optional.of(Files.readString(file).replace('\0', ' '));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String launcher() {
        return HOME.resolve("muster").toString();
    }

    /** Root of the project. */
    public static Path home() {
        return HOME;
    }

    @Override
    public void close() {
        down();
    }
}

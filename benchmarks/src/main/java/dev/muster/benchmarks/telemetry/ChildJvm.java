package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.ProcessCpu;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A part of the benchmark in a JVM of its own. It says READY when it is, takes orders line by line and answers each with
 * one line; it ends when its input ends, so it never outlives us. For one thread.
 */
final class ChildJvm implements AutoCloseable {
    private static final String READY = "READY";

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter orders;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** How children are started. */
    record Launch(String classPath, Path directory) {
        /** Starts {@code main} and waits until it is ready. */
        ChildJvm start(String name, Class<?> main, List<String> options, String... arguments) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("-cp", classPath, main.getName()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            directory.resolve(name + ".log").toFile()))
                    .start();
            ChildJvm child = new ChildJvm(name, process);
            String first = child.answer();
            if (!first.equals(READY)) {
                child.kill();
                throw new IOException("expected `" + READY + "` of " + name + ", found `" + first + "`");
            }
            return child;
        }
    }

    /** Heap of a server with a few thousand devices. */
    static List<String> heap(String megabytes) {
        return List.of("-Xms" + megabytes + "m", "-Xmx" + megabytes + "m", "-XX:+UseSerialGC", "-XX:-UsePerfData");
    }

    long pid() {
        return process.pid();
    }

    double cpuSeconds() {
        return ProcessCpu.seconds(pid());
    }

    /** Gives an order and waits for its answer, word by word. */
    List<String> ask(String order) throws IOException {
        tell(order);
        return List.of(answer().split(" ", -1));
    }

    /** Gives an order; {@link #answer} is read later. */
    void tell(String order) {
        orders.println(order);
    }

    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " ended; see `" + name + ".log`");
        }
        return line;
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private void await() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The child's side: says that it is ready and hands over orders until there are no more. */
    static void serve(Orders orders) throws Exception {
        System.out.println(READY);
        BufferedReader in = new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(orders.answer(List.of(line.split(" ", -1))));
        }
    }

    /** What a child does on an order. */
    interface Orders {
        /** One line. */
        String answer(List<String> order) throws Exception;
    }
}

package dev.muster.system;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One simulated device: the packaged agent in a JVM of its own, and what a person would find on its disk. */
public final class AgentProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path JAR = Product.home().resolve("device-agent/target/device-agent.jar");

    private final String name;
    private final Path state;
    private @Nullable Process process;

    /** A device called {@code name}; its state directory is made in {@code folder}. */
    public AgentProcess(Path folder, String name) {
        this.name = name;
        this.state = folder.resolve(name);
    }

    /** Its state directory. */
    public Path state() {
        return state;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Enrols with the flags of the one-line command that the server gave. */
    public void enrol(List<String> enrolFlags) {
        List<String> words = new ArrayList<>(List.of("enrol"));
        words.addAll(enrolFlags);
        words.addAll(List.of("--name", name, "--platform", "simulated", "--state", state.toString()));
        agent(words).mustSucceed();
    }

    /** Asks to be let in and waits for somebody's word; ends with 0 once it is in. */
    public Process askToEnrol(List<String> enrolFlags) {
        List<String> words = new ArrayList<>(List.of("enrol"));
        words.addAll(enrolFlags);
        words.addAll(List.of("--name", name, "--platform", "simulated", "--state", state.toString()));
        try {
            Path log = Files.createDirectories(state).resolveSibling(name + ".enrol.log");
            return new ProcessBuilder(java(words))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts its agent; nothing where it runs already. */
    public void start() {
        Process running = process;
        if (running != null && running.isAlive()) {
            return;
        }
        try {
            Path log = state.resolve("agent.log");
            process = new ProcessBuilder(java(List.of("run", "--state", state.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new AssertionError("expected agent `" + name + "` to run");
        }
        running.destroyForcibly();
        running.onExit().join();
    }

    /** From now on the device's board fails the health check of image {@code version}. */
    public void failHealthOf(String version) {
        try {
            Path faults = Files.createDirectories(state.resolve("device/faults"));
            Files.writeString(faults.resolve("health"), version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in the slot that the boot record names. */
    public byte[] bootedImage() {
        try {
            Map<String, Object> misc = JSON.std.mapFrom(Files.readString(state.resolve("device/misc.json")));
            return Files.readAllBytes(state.resolve("device/slots").resolve(misc.get("active") + ".img"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files of the app in force; empty if it is not installed. */
    public List<Path> installedApp(String bundle) {
        Path current = state.resolve("device/apps").resolve(bundle).resolve("current");
        if (!Files.exists(current)) {
            return List.of();
        }
        try (var files = Files.walk(current.toRealPath())) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the agent's local socket answers: exit code 0 granted, 1 denied; the text says why. */
    public Command verify(String bundle, String permission) {
        return agent(List.of("verify", "--state", state.toString(), "--app", bundle, "--permission", permission));
    }

    /** Whether this machine makes network namespaces for anybody. */
    public static boolean canCutOff() {
        try {
            return new ProcessBuilder("unshare", "-rn", "true")
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    /** Applies an offline bundle in a network namespace of its own, in which there is no network. */
    public Command applyBundleCutOff(Path bundle) {
        List<String> words = new ArrayList<>(List.of("unshare", "-rn"));
        words.addAll(java(List.of("apply-bundle", bundle.toString(), "--state", state.toString())));
        return Command.run(Map.of(), LIMIT, words);
    }

    private static Command agent(List<String> words) {
        return Command.run(Map.of(), LIMIT, java(words));
    }

    private static List<String> java(List<String> words) {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
        all.addAll(words);
        return all;
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroy();
            running.onExit().join();
        }
    }
}

package dev.muster.cli.help;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The terminal that this process has, passed through key by key ({@code stty}); nothing where it has none. */
final class RawTerminal implements AutoCloseable {
    private final Optional<String> before;

    private RawTerminal(Optional<String> before) {
        this.before = before;
    }

    /** From now on keys go to the other side, Ctrl-C among them. */
    static RawTerminal begin() {
        Optional<String> before = stty("-g");
        before.ifPresent(settings -> stty("raw", "-echo"));
        return new RawTerminal(before);
    }

    /** Rows and columns; empty without a terminal. */
    static Optional<int[]> size() {
        return stty("size")
                .map(text -> text.split(" ", -1))
                .filter(words -> words.length == 2)
                .map(words -> new int[] {Integer.parseInt(words[0]), Integer.parseInt(words[1])});
    }

    @Override
    public void close() {
        before.ifPresent(RawTerminal::stty);
    }

    private static Optional<String> stty(String... words) {
        try {
            Process process = new ProcessBuilder(
                            java.util.stream.Stream.concat(java.util.stream.Stream.of("stty"), List.of(words).stream())
                                    .toList())
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(out)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}

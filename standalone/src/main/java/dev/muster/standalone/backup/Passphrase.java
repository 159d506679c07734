package dev.muster.standalone.backup;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.StandaloneException;
import java.io.Console;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a backup is encrypted with; in no message and no log. */
final class Passphrase {
    private static final int SHORTEST = 12;

    private final char[] characters;

    Passphrase(String text) {
        this.characters = text.toCharArray();
    }

    /** From the first line of {@code file}, else typed; typed twice where it is {@code fresh}. */
    static Passphrase ask(@Nullable Path file, boolean fresh) {
        char[] found = file == null ? typed(fresh) : firstLine(file);
        if (fresh && found.length < SHORTEST) {
            throw new StandaloneException(
                    ExitCode.USAGE,
                    "expected a passphrase of at least " + SHORTEST + " characters, found " + found.length
                            + ": whoever gets the file can guess as long as they like");
        }
        if (found.length == 0) {
            throw new StandaloneException(
                    ExitCode.USAGE,
                    "expected a passphrase, typed or in the first line of `--passphrase-file`, found none");
        }
        return new Passphrase(new String(found));
    }

    private static char[] firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }

    private static char[] typed(boolean fresh) {
        Console console = terminal()
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.USAGE, "expected `--passphrase-file FILE`, for there is no terminal to ask at"));
        char[] typed = read(console, "Passphrase: ");
        if (fresh && !Arrays.equals(typed, read(console, "Once more: "))) {
            throw new StandaloneException(ExitCode.USAGE, "expected the same passphrase twice, found two");
        }
        return typed;
    }

    // From JDK 22 on there is a console even without a terminal, and a method that says which it is.
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<Console> terminal() {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        try {
            boolean is =
                    Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
            return is ? Optional.of(console) : Optional.empty();
        } catch (NoSuchMethodException e) {
            return Optional.of(console);
        } catch (IllegalAccessException | InvocationTargetException e) {
            return Optional.empty();
        }
    }

    private static char[] read(Console console, String prompt) {
        char[] typed = console.readPassword("%s", prompt);
        return typed == null ? new char[0] : typed;
    }

    char[] characters() {
        return characters.clone();
    }

    @Override
    public String toString() {
        return "Passphrase[...]";
    }
}

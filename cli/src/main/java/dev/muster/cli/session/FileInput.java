package dev.muster.cli.session;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Text files named on the command line. */
public final class FileInput {
    private FileInput() {}

    /** The UTF-8 text of {@code name}, or of standard input if it is {@code -}. */
    public static String read(Shell shell, String name) {
        try {
            return name.equals("-")
                    ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + name + "`: no such file", e);
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + name + "`: expected UTF-8 text", e);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + name + "`: " + e.getMessage(), e);
        }
    }
}

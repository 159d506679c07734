package dev.muster.policy.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Runs a file of vectors, prints each step that differs, ends with {@code N passed, N failed}. Exit code 0 when all
 * passed, 1 when one failed, 2 when there is nothing to run.
 */
public final class Main {
    private static final int ALL_PASSED = 0;
    private static final int ONE_FAILED = 1;
    private static final int NOTHING_TO_RUN = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length != 1) {
            err.println("muster: usage: muster policy conformance FILE");
            return NOTHING_TO_RUN;
        }
        String file = arguments[0];
        Report report;
        try {
            report = Conformance.run(Files.readString(Path.of(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            err.println("muster: file `" + file + "` cannot be read: " + reason(e));
            return NOTHING_TO_RUN;
        } catch (VectorException e) {
            err.println("muster: file `" + file + "` holds no conformance vectors: " + e.getMessage());
            return NOTHING_TO_RUN;
        } catch (InvalidPathException e) {
            err.println("muster: a file name expected: " + e.getReason());
            return NOTHING_TO_RUN;
        }
        report.failures().forEach(failure -> out.println(failure.text()));
        out.println(report.passed() + " passed, " + report.failed() + " failed");
        return report.failures().isEmpty() ? ALL_PASSED : ONE_FAILED;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "it may not be read";
            case CharacterCodingException wrong -> "it is not UTF-8 text";
            default -> e.getMessage() == null ? "reading failed" : e.getMessage();
        };
    }
}

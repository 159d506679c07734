package dev.muster.policy.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code muster policy conformance FILE}: runs a file of vectors, prints each step that differs, ends with
 * {@code N passed, N failed}. Exit code 0 when all passed, 1 when one failed, 2 when there is nothing to run.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length != 1) {
            err.println("muster: usage: muster policy conformance FILE");
            return 2;
        }
        Report report;
        try {
            report = Conformance.run(Files.readString(Path.of(arguments[0]), StandardCharsets.UTF_8));
        } catch (IOException e) {
            err.println("muster: file `" + arguments[0] + "` cannot be read: " + e.getMessage());
            return 2;
        } catch (IllegalArgumentException | ClassCastException e) {
            err.println("muster: file `" + arguments[0] + "` holds no conformance vectors: " + e.getMessage());
            return 2;
        }
        report.failures().forEach(failure -> out.println(failure.text()));
        out.println(report.passed() + " passed, " + report.failed() + " failed");
        return report.failures().isEmpty() ? 0 : 1;
    }
}

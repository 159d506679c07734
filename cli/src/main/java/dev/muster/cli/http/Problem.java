package dev.muster.cli.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns an answer that is not 2xx into one line: {@code code: detail} of an RFC 9457 problem, or the status. */
final class Problem {
    private Problem() {}

    static CliException of(int status, byte[] body) {
        ExitCode exitCode = ExitCode.ofStatus(status);
        Map<String, Object> problem = parse(body);
        if (problem.isEmpty()) {
            return new CliException(exitCode, "the server answered " + status + hint(exitCode));
        }
        String code = text(problem.get("code"), Integer.toString(status));
        String detail = text(problem.get("detail"), text(problem.get("title"), "no reason given"));
        return new CliException(exitCode, code + ": " + detail + hint(exitCode), details(problem));
    }

    private static String hint(ExitCode exitCode) {
        return exitCode == ExitCode.NOT_LOGGED_IN ? " (log in with `muster login`)" : "";
    }

    private static List<String> details(Map<String, Object> problem) {
        List<String> lines = positions(problem.get("errors"));
        lines.addAll(failures(problem.get("failures")));
        return lines;
    }

    /** Policy tests that failed, as {@code policy-tests-failed} brings them. */
    private static List<String> failures(@Nullable Object tests) {
        List<String> lines = new ArrayList<>();
        if (tests instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> test && test.get("failures") instanceof List<?> failures) {
                    for (Object failure : failures) {
                        if (failure instanceof Map<?, ?> told) {
                            lines.add(text(test.get("name"), "?") + ": " + text(told.get("permission"), "?")
                                    + " expected " + text(told.get("expected"), "?") + ", found "
                                    + text(told.get("found"), "?"));
                        }
                    }
                }
            }
        }
        return lines;
    }

    /** Errors with a position, as {@code policy-invalid} brings them; they name another source than the request's. */
    private static List<String> positions(@Nullable Object errors) {
        List<String> lines = new ArrayList<>();
        if (errors instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> error) {
                    String line = text(error.get("line"), "?");
                    String column = text(error.get("column"), "?");
                    String source = text(error.get("source"), "request");
                    lines.add((source.equals("request") ? "" : source + ":") + line + ":" + column + ": "
                            + text(error.get("message"), ""));
                }
            }
        }
        return lines;
    }

    private static Map<String, Object> parse(byte[] body) {
        try {
            return body.length > 0 && body[0] == '{' ? JSON.std.mapFrom(body) : Map.of();
        } catch (IOException e) {
            // A proxy's page, not ours: the status alone must do.
            return Map.of();
        }
    }

    private static String text(@Nullable Object value, String otherwise) {
        return value == null ? otherwise : value.toString();
    }
}

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
        return new CliException(exitCode, code + ": " + detail + hint(exitCode), positions(problem.get("errors")));
    }

    private static String hint(ExitCode exitCode) {
        return exitCode == ExitCode.NOT_LOGGED_IN ? " (log in with `muster login`)" : "";
    }

    /** Errors with a position, as {@code policy-invalid} brings them. */
    private static List<String> positions(@Nullable Object errors) {
        List<String> lines = new ArrayList<>();
        if (errors instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> error) {
                    String line = text(error.get("line"), "?");
                    String column = text(error.get("column"), "?");
                    lines.add(line + ":" + column + ": " + text(error.get("message"), ""));
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

package dev.muster.cli.output;

import java.util.Map;

/** What the server keeps until a second person agrees, in place of what was asked for. */
public final class Waiting {
    private Waiting() {}

    /** Whether the answer is such a request. */
    public static boolean is(Map<String, ?> answer) {
        return answer.containsKey("askedBy") && answer.containsKey("change") && answer.containsKey("expiresAt");
    }

    /** Tells of it, where the answer is one; false and nothing printed where it is not. */
    public static boolean told(Printer printer, Map<String, ?> answer) {
        if (!is(answer)) {
            return false;
        }
        print(printer, answer);
        return true;
    }

    /** Tells of a request. */
    public static void print(Printer printer, Map<String, ?> request) {
        printer.one(
                request,
                Table.of().column("Waits", "summary").column("Request", "id").column("Until", "expiresAt"),
                "id");
        printer.done("\nNothing changed yet. Next, by another person: muster four-eyes approve "
                + new Row(request).text("id"));
    }
}

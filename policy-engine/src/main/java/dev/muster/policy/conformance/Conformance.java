package dev.muster.policy.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a text of the vector schema, each vector on a fresh device. */
public final class Conformance {
    private Conformance() {}

    /**
     * Runs every vector of a file's text. A vector that is not of the schema fails by itself, the others still run; throws
     * {@link VectorException} when the text is no such file at all.
     */
    public static Report run(String text) {
        List<Report.Failure> failures = new ArrayList<>();
        int passed = 0;
        List<Fields.Item> vectors =
                Fields.of("file", Json.parse(text)).withPath("").items("vectors");
        for (Fields.Item vector : vectors) {
            List<Report.Failure> found = run(vector);
            failures.addAll(found);
            passed += found.isEmpty() ? 1 : 0;
        }
        return new Report(passed, vectors.size() - passed, failures);
    }

    private static List<Report.Failure> run(Fields.Item item) {
        Progress progress = new Progress(item.path());
        try {
            run(item.fields(), progress);
        } catch (VectorException e) {
            // The rest of a vector means nothing once a step cannot be understood.
            progress.fails("a step of the schema", String.valueOf(e.getMessage()));
        }
        return progress.failures;
    }

    private static void run(Fields vector, Progress progress) {
        progress.vector = vector.text("id", progress.vector);
        progress.title = vector.text("title", "");
        Device device = new Device(vector);
        for (Fields.Item item : vector.items("steps")) {
            progress.step++;
            progress.operation = "?";
            Fields step = item.fields();
            progress.operation = step.text("op");
            compare(step, device.run(progress.operation, step), progress);
        }
    }

    private static void compare(Fields step, Map<String, Object> got, Progress progress) {
        if (!step.has("expect")) {
            Object code = got.getOrDefault("code", "OK");
            if (!code.equals("OK")) {
                progress.fails("code OK", "code " + code);
            }
            return;
        }
        Fields expected = step.object("expect");
        expected.map().forEach((name, value) -> {
            Object wanted = Fields.expanded(expected.at(name), value);
            Object actual = got.getOrDefault(name, Json.NULL);
            if (!wanted.equals(actual)) {
                progress.fails(name + " " + wanted, name + " " + (actual.equals(Json.NULL) ? "nothing" : actual));
            }
        });
    }

    /** Where a vector is, and what failed so far. */
    private static final class Progress {
        final List<Report.Failure> failures = new ArrayList<>();
        String vector;
        String title = "";
        int step;
        String operation = "head";

        Progress(String path) {
            this.vector = path;
        }

        void fails(String expected, String got) {
            failures.add(new Report.Failure(vector, title, step, operation, expected, got));
        }
    }
}

package dev.muster.policy.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a text of the vector schema, each vector on a fresh device. */
public final class Conformance {
    private Conformance() {}

    /** Runs every vector of a file's text; throws {@link IllegalArgumentException} when it is no such file. */
    public static Report run(String text) {
        List<Report.Failure> failures = new ArrayList<>();
        int passed = 0;
        Fields file = Fields.of(Json.parse(text));
        List<Fields> vectors =
                ((List<?>) file.required("vectors")).stream().map(Fields::of).toList();
        for (Fields vector : vectors) {
            List<Report.Failure> found = run(vector);
            failures.addAll(found);
            passed += found.isEmpty() ? 1 : 0;
        }
        return new Report(passed, vectors.size() - passed, failures);
    }

    private static List<Report.Failure> run(Fields vector) {
        String id = vector.text("id", "?");
        String title = vector.text("title", "");
        int number = 0;
        List<Report.Failure> failures = new ArrayList<>();
        Device device = new Device(vector);
        for (Object one : (List<?>) vector.required("steps")) {
            number++;
            Fields step = Fields.of(one);
            String operation = step.text("op", "?");
            Map<String, Object> got;
            try {
                got = device.run(operation, step);
            } catch (IllegalArgumentException | ClassCastException e) {
                // The rest of a vector means nothing once a step cannot be understood.
                failures.add(new Report.Failure(
                        id, title, number, operation, "a step of the schema", String.valueOf(e.getMessage())));
                return failures;
            }
            Map<String, Object> expected =
                    step.has("expect") ? step.object("expect").map() : Map.of("code", "OK");
            if (!step.has("expect") && !got.containsKey("code")) {
                continue;
            }
            for (Map.Entry<String, Object> field : expected.entrySet()) {
                Object actual = got.getOrDefault(field.getKey(), "nothing");
                if (!field.getValue().equals(actual)) {
                    failures.add(new Report.Failure(
                            id,
                            title,
                            number,
                            operation,
                            field.getKey() + " " + field.getValue(),
                            field.getKey() + " " + actual));
                }
            }
        }
        return failures;
    }
}

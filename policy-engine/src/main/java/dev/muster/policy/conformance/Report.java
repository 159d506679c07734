package dev.muster.policy.conformance;

import java.util.List;

/**
 * What came of running a file.
 *
 * @param passed number of vectors without a failure
 * @param failed number of the others
 */
public record Report(int passed, int failed, List<Failure> failures) {
    public Report {
        failures = List.copyOf(failures);
    }

    /**
     * A step that did not answer as it should.
     *
     * @param vector id of the case, or its place in the file where it has none
     * @param step from 1; 0 for what stands before the steps
     */
    public record Failure(String vector, String title, int step, String operation, String expected, String got) {
        /** One line for people. */
        public String text() {
            return "FAIL " + vector + " step " + step + " (" + operation + "): expected " + expected + ", got " + got
                    + " -- " + title;
        }
    }
}

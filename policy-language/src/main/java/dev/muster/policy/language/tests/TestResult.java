package dev.muster.policy.language.tests;

import java.util.List;

/**
 * What came of one policy test.
 *
 * @param name name of the test
 * @param failures expectations that were not met, in the order written; none: passed
 */
public record TestResult(String name, List<Failure> failures) {
    public TestResult {
        failures = List.copyOf(failures);
    }

    public boolean passed() {
        return failures.isEmpty();
    }

    /**
     * One expectation that was not met.
     *
     * @param index its position in the test, from 0
     * @param expected such as {@code granted} or {@code denied (guard-rail)}
     * @param found the same, always with the reason
     * @param detail why, in one sentence
     */
    public record Failure(int index, String permission, String expected, String found, String detail) {}
}

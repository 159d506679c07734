package dev.muster.benchmarks.policy;

/** Something that answers the questions of a workload, prepared so that asking is all that is timed. */
public interface Engine {
    /** The answer to a question by its number. */
    boolean isGranted(int question);

    /**
     * Asks an engine every question and compares with the oracle.
     *
     * @throws IllegalStateException at the first answer that differs
     */
    static void check(String name, Engine engine, Workload workload) {
        Workload.Questions questions = workload.questions();
        for (int i = 0; i < questions.count(); i++) {
            if (engine.isGranted(i) != questions.granted()[i]) {
                throw new IllegalStateException(name + ": question " + i + ", whether token "
                        + questions.token()[i]
                        + " may use permission " + questions.permission()[i] + ": "
                        + questions.granted()[i]
                        + " expected, found " + !questions.granted()[i]);
            }
        }
    }
}

package dev.muster.control.rollouts;

/**
 * One wave: its gates and how far it is.
 *
 * @param index from 0; waves open in this order
 * @param size devices planned into it
 * @param successPercent the next wave opens when this share of the devices that count has succeeded, 1 to 100
 * @param minReached the next wave opens only after so many devices were heard from; silent ones do not hold it then
 * @param tolerated failures that a person has accepted by resuming; they count in no gate any more
 */
record Wave(
        int index, String name, int size, int successPercent, int minReached, State state, Tally tally, int tolerated) {

    /** Life of a wave. */
    enum State {
        WAITING,
        RUNNING,
        PASSED,
        STOPPED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static State parse(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }

    Wave in(State next) {
        return new Wave(index, name, size, successPercent, minReached, next, tally, tolerated);
    }

    Wave with(Tally next) {
        return new Wave(index, name, size, successPercent, minReached, state, next, tolerated);
    }

    Wave toleratingFailures() {
        return new Wave(index, name, size, successPercent, minReached, state, tally, tally.failed());
    }

    /** Failures that nobody has accepted yet. */
    int freshFailures() {
        return Math.max(0, tally.failed() - tolerated);
    }

    /** Whether the share of fresh failures is above {@code maxFailurePercent}; unreached devices never are failures. */
    boolean tripsErrorGate(int maxFailurePercent) {
        return freshFailures() > 0 && freshFailures() * 100L > (long) maxFailurePercent * tally.eligible();
    }

    /** Devices the success gate asks about: all it may still decide about but the unreached and the tolerated. */
    private int counting() {
        return tally.eligible() - tally.unreached() - Math.min(tolerated, tally.failed());
    }

    /** Whether enough devices were heard from. */
    boolean reachedEnough() {
        return tally.reached() >= Math.min(minReached, tally.eligible());
    }

    /** Whether the next wave may open. */
    boolean passesSuccessGate() {
        return reachedEnough() && tally.succeeded() * 100L >= (long) successPercent * counting();
    }

    /** Whether nothing will move any more and the gate is still shut. */
    boolean endedShort() {
        return tally.open() == 0 && reachedEnough() && !passesSuccessGate();
    }

    /** Why the wave is not further, or empty. */
    String holdReason() {
        return switch (state) {
            case WAITING -> index == 0 ? "the rollout has not started" : "waits for wave " + (index - 1);
            case PASSED, STOPPED -> "";
            case RUNNING -> {
                if (tally.waiting() > 0) {
                    yield tally.waiting() + " devices are about to start";
                }
                if (!reachedEnough()) {
                    yield "waits until " + Math.min(minReached, tally.eligible()) + " devices were reached, "
                            + tally.reached() + " so far";
                }
                if (!passesSuccessGate()) {
                    yield "waits for " + successPercent + " percent success, " + tally.succeeded() + " of " + counting()
                            + " so far";
                }
                yield "";
            }
        };
    }
}

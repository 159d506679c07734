package dev.muster.control.rollouts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One wave: its gates and how far it is.
 *
 * @param index from 0; waves open in this order
 * @param size devices planned into it
 * @param gates what it takes to open it, and to open the next one
 * @param tolerated failures that a person has accepted by resuming; they count in no gate any more
 * @param heldSince when its gates of success and metric began to hold without a break; empty while they do not
 * @param approved by a second person; means something only where the gates ask for it
 * @param reading what its devices told of the metric that the gates ask for; empty where none has
 */
record Wave(
        int index,
        String name,
        int size,
        Gates gates,
        State state,
        Tally tally,
        int tolerated,
        Optional<Instant> heldSince,
        boolean approved,
        Optional<MetricGate.Reading> reading) {

    /**
     * What has to hold.
     *
     * @param successPercent the next wave opens when this share of the devices that count has succeeded, 1 to 100
     * @param minReached the next wave opens only after so many devices were heard from; silent ones do not hold it then
     * @param soak how long the gates of success and metric have to hold before the next wave opens; zero for not at all
     * @param approval whether this wave opens only after a second person agreed
     * @param metric what {@code minReached} of the devices that succeeded have to tell before the next wave opens
     */
    record Gates(int successPercent, int minReached, Duration soak, boolean approval, Optional<MetricGate> metric) {}

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

    /** A wave nobody has touched. */
    static Wave planned(int index, String name, int size, Gates gates) {
        return new Wave(
                index,
                name,
                size,
                gates,
                State.WAITING,
                Tally.waiting(size),
                0,
                Optional.empty(),
                false,
                Optional.empty());
    }

    Wave in(State next) {
        return new Wave(index, name, size, gates, next, tally, tolerated, heldSince, approved, reading);
    }

    Wave with(Tally next) {
        return new Wave(index, name, size, gates, state, next, tolerated, heldSince, approved, reading);
    }

    Wave toleratingFailures() {
        return new Wave(index, name, size, gates, state, tally, tally.failed(), heldSince, approved, reading);
    }

    /** The same with one waiting device more. */
    Wave grown() {
        return new Wave(
                index, name, size + 1, gates, state, tally.joined(), tolerated, Optional.empty(), approved, reading);
    }

    /** The same, which opens only after a second person agreed. */
    Wave asking() {
        Gates asking = new Gates(gates.successPercent(), gates.minReached(), gates.soak(), true, gates.metric());
        return new Wave(index, name, size, asking, state, tally, tolerated, heldSince, approved, reading);
    }

    Wave agreed() {
        return new Wave(index, name, size, gates, state, tally, tolerated, heldSince, true, reading);
    }

    /** The same with what its devices tell now of the metric. */
    Wave told(MetricGate.Reading next) {
        return new Wave(
                index,
                name,
                size,
                gates,
                state,
                tally,
                tolerated,
                heldSince,
                approved,
                Optional.of(next).filter(told -> told.devices() > 0));
    }

    /** The same wave as the clock sees it: from when on its gates hold. */
    Wave lookedAt(Instant now) {
        boolean holds = handedOutAndSucceeded() && passesMetricGate();
        Optional<Instant> since = holds ? heldSince.or(() -> Optional.of(now)) : Optional.empty();
        return new Wave(index, name, size, gates, state, tally, tolerated, since, approved, reading);
    }

    /** Whether only metric and soak are left to decide. */
    boolean handedOutAndSucceeded() {
        return tally.waiting() == 0 && passesSuccessGate();
    }

    private boolean passesMetricGate() {
        return gates.metric()
                .map(gate -> reading.filter(told -> told.devices() >= needed() && gate.holds(told))
                        .isPresent())
                .orElse(true);
    }

    /** How many devices have to tell the metric. */
    private int needed() {
        return Math.max(1, Math.min(gates.minReached(), tally.succeeded()));
    }

    /** Whether the gates of success and metric have held for as long as they have to. */
    boolean soaked(Instant now) {
        return heldSince
                .filter(since -> !now.isBefore(since.plus(gates.soak())))
                .isPresent();
    }

    /** Whether it must not open before a second person agreed. */
    boolean awaitsApproval() {
        return gates.approval() && !approved;
    }

    /** Failures that nobody has accepted yet. */
    int freshFailures() {
        return Math.max(0, tally.failed() - tolerated);
    }

    /** Whether the share of fresh failures is above {@code maxFailurePercent}; unreached devices never are failures. */
    boolean tripsErrorGate(int maxFailurePercent) {
        return freshFailures() > 0 && freshFailures() * 100L > (long) maxFailurePercent * tally.eligible();
    }

    /** Devices the success gate asks about: all it may still decide about but the unreached, blocked and tolerated. */
    private int counting() {
        return tally.eligible() - tally.unreached() - tally.blocked() - Math.min(tolerated, tally.failed());
    }

    /** Whether enough devices were heard from. */
    boolean reachedEnough() {
        return tally.reached() >= Math.min(gates.minReached(), tally.eligible());
    }

    /** Whether the success gate holds at this moment. */
    boolean passesSuccessGate() {
        return reachedEnough() && tally.succeeded() * 100L >= (long) gates.successPercent() * counting();
    }

    /** Whether nothing will move any more and the gate is still shut. */
    boolean endedShort() {
        return tally.open() == 0 && reachedEnough() && !passesSuccessGate();
    }

    /** Why the wave is not further, or empty. */
    String holdReason() {
        return switch (state) {
            case WAITING -> {
                if (awaitsApproval()) {
                    yield "waits for a second person's approval";
                }
                yield index == 0 ? "the rollout has not started" : "waits for wave " + (index - 1);
            }
            case PASSED, STOPPED -> "";
            case RUNNING -> {
                if (tally.waiting() > 0) {
                    yield tally.waiting() + " devices are about to start";
                }
                if (!reachedEnough()) {
                    yield "waits until " + Math.min(gates.minReached(), tally.eligible()) + " devices were reached, "
                            + tally.reached() + " so far";
                }
                if (!passesSuccessGate()) {
                    yield "waits for " + gates.successPercent() + " percent success, " + tally.succeeded() + " of "
                            + counting() + " so far";
                }
                if (!passesMetricGate()) {
                    yield "waits for " + gates.metric().orElseThrow().text() + ", "
                            + reading.map(told -> MetricGate.plain(told.value()) + " on " + told.devices()
                                            + (told.devices() == 1 ? " device" : " devices") + " so far")
                                    .orElse("which no device has told since it succeeded");
                }
                yield gates.soak().isZero()
                        ? ""
                        : heldSince
                                .map(since -> "soaks until " + since.plus(gates.soak()))
                                .orElse("soaks");
            }
        };
    }
}

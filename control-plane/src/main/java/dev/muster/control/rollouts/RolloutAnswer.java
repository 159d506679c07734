package dev.muster.control.rollouts;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rollout on the wire.
 *
 * @param reason why it is not further; empty where nothing holds it
 * @param release null for other kinds
 * @param policyVersion null for other kinds
 * @param settingsVersion null for other kinds
 * @param total of all waves
 */
public record RolloutAnswer(
        UUID id,
        String name,
        String kind,
        String state,
        String reason,
        String selector,
        @Nullable UUID release,
        @Nullable Long policyVersion,
        @Nullable Long settingsVersion,
        int maxFailurePercent,
        String deadline,
        @Nullable Integer perMinute,
        String jitter,
        Install install,
        boolean newcomers,
        FreezeOverride override,
        Instant createdAt,
        String createdBy,
        String createdByName,
        List<WaveAnswer> waves,
        Counters total) {
    /** One wave. */
    public record WaveAnswer(
            int index,
            String name,
            String state,
            int size,
            int waiting,
            int started,
            int accepted,
            int succeeded,
            int failed,
            int unreached,
            int superseded,
            int cancelled,
            int blocked,
            int successPercent,
            int minReached,
            String soak,
            boolean approval,
            boolean approved,
            @Nullable String metric,
            String reason) {}

    /**
     * How devices switch to what they loaded.
     *
     * @param window in the local time of their site; null for at any time
     */
    public record Install(String mode, @Nullable Window window) {
        static Install of(Installing installing) {
            return new Install(
                    installing.mode().text(),
                    switch (installing.when()) {
                        case Installing.When.AnyTime any -> null;
                        case Installing.When.SiteWindow site -> new Window(true, List.of(), "", "");
                        case Installing.When.In in ->
                            new Window(
                                    false,
                                    in.window().dayTexts(),
                                    in.window().from().toString(),
                                    in.window().to().toString());
                    });
        }
    }

    /**
     * Days and times of day.
     *
     * @param site whether it is that of each device's site, and the rest says nothing
     */
    public record Window(boolean site, List<String> days, String from, String to) {
        /** Copies the list. */
        public Window {
            days = List.copyOf(days);
        }
    }

    /**
     * Whether it goes on in a freeze.
     *
     * @param state {@code none}, {@code asked} or {@code agreed}
     * @param askedBy identity; empty where nobody asked
     */
    public record FreezeOverride(String state, String askedBy, String reason, String agreedBy) {
        static FreezeOverride of(RolloutHead.FreezeOverride override) {
            String state = override.counts() ? "agreed" : override.askedBy().isEmpty() ? "none" : "asked";
            return new FreezeOverride(state, override.askedBy(), override.reason(), override.agreedBy());
        }
    }

    /** Devices by state. */
    public record Counters(
            int size,
            int waiting,
            int started,
            int accepted,
            int succeeded,
            int failed,
            int unreached,
            int superseded,
            int cancelled,
            int blocked) {}

    static RolloutAnswer of(StoredRollout rollout) {
        RolloutHead head = rollout.head();
        Rollout progress = rollout.progress();
        RolloutSubject subject = head.subject();
        return new RolloutAnswer(
                head.id().value(),
                head.name(),
                subject.kind().text(),
                progress.state().kind().text(),
                reason(progress),
                head.selector(),
                subject instanceof RolloutSubject.OfRelease of ? of.release() : null,
                subject instanceof RolloutSubject.OfPolicy of ? of.version() : null,
                subject instanceof RolloutSubject.OfSettings of ? of.version() : null,
                head.maxFailurePercent(),
                head.deadline().toString(),
                head.pacing().perMinute().orElse(null),
                head.pacing().jitter().toString(),
                Install.of(head.installing()),
                head.newcomers(),
                FreezeOverride.of(head.override()),
                head.createdAt(),
                head.createdBy(),
                head.createdByName(),
                progress.waves().stream().map(RolloutAnswer::wave).toList(),
                total(progress.waves()));
    }

    private static String reason(Rollout rollout) {
        return switch (rollout.state()) {
            case RolloutState.Paused paused -> paused.reason();
            case RolloutState.Superseded superseded -> "superseded by " + superseded.by();
            case RolloutState.Ready s -> "not started";
            case RolloutState.Running s ->
                rollout.waves().stream()
                        .filter(wave -> wave.state() == Wave.State.RUNNING || wave.state() == Wave.State.WAITING)
                        .findFirst()
                        .map(wave -> "wave `" + wave.name() + "`: " + wave.holdReason())
                        .orElse("");
            case RolloutState.Completed s -> {
                int unreached = sum(rollout.waves(), Tally::unreached);
                int blocked = sum(rollout.waves(), Tally::blocked);
                yield Stream.of(
                                unreached == 0 ? "" : unreached + " devices not reached yet",
                                blocked == 0 ? "" : blocked + " devices do not meet what the release requires")
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("; "));
            }
            case RolloutState.Aborted s -> "";
        };
    }

    private static WaveAnswer wave(Wave wave) {
        Tally tally = wave.tally();
        return new WaveAnswer(
                wave.index(),
                wave.name(),
                wave.state().text(),
                wave.size(),
                tally.waiting(),
                tally.started(),
                tally.accepted(),
                tally.succeeded(),
                tally.failed(),
                tally.unreached(),
                tally.superseded(),
                tally.cancelled(),
                tally.blocked(),
                wave.gates().successPercent(),
                wave.gates().minReached(),
                wave.gates().soak().toString(),
                wave.gates().approval(),
                wave.approved(),
                wave.gates().metric().map(MetricGate::text).orElse(null),
                wave.holdReason());
    }

    private static Counters total(List<Wave> waves) {
        return new Counters(
                waves.stream().mapToInt(Wave::size).sum(),
                sum(waves, Tally::waiting),
                sum(waves, Tally::started),
                sum(waves, Tally::accepted),
                sum(waves, Tally::succeeded),
                sum(waves, Tally::failed),
                sum(waves, Tally::unreached),
                sum(waves, Tally::superseded),
                sum(waves, Tally::cancelled),
                sum(waves, Tally::blocked));
    }

    private static int sum(List<Wave> waves, ToIntFunction<Tally> counter) {
        return waves.stream().map(Wave::tally).mapToInt(counter).sum();
    }
}

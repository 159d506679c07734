package dev.muster.agent.telemetry;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which samples are worth sending, as the device's signed settings say: a period of its own and a dead-band for each metric.
 * Member {@code agent.sampling} of the settings, the first entry that fits a metric counts:
 *
 * <pre>{@code
 * [{"metric": "temperature.celsius", "everySeconds": 2, "deadband": 0.5, "maxSilenceSeconds": 300},
 *  {"metric": "network.*", "everySeconds": 60}, {"metric": "local.cam.*", "off": true}]
 * }</pre>
 *
 * <p>Within its dead-band a value is sent again only after the longest silence, so that who waits for it knows it from a dead
 * device. Thread-safe.
 */
public final class Sampling {
    static final Duration USUAL_SILENCE = Duration.ofMinutes(10);

    /** More metrics than this, and all are remembered anew: each is sent once more. */
    static final int MAX_REMEMBERED = 4_096;

    private static final long MOST_SECONDS = 86_400;
    private static final int MOST_RULES = 64;

    private final Supplier<Optional<JsonObject>> agent;
    private final Supplier<Duration> usual;
    private final LongSupplier nanos;
    private final Map<String, Told> told = new HashMap<>();
    private @Nullable JsonObject read;
    private List<Rule> rules = List.of();

    /** One entry of the list. */
    private record Rule(
            String metric,
            Optional<Duration> every,
            Optional<Double> absolute,
            Optional<Double> percent,
            Duration silence,
            boolean off) {
        boolean fits(String name) {
            return metric.endsWith("*")
                    ? name.startsWith(metric.substring(0, metric.length() - 1))
                    : name.equals(metric);
        }

        boolean hasDeadBand() {
            return absolute.isPresent() || percent.isPresent();
        }

        /** Whether the difference is worth telling; what is no number is, when it changed. */
        boolean isNews(Object before, Object now) {
            if (!(before instanceof Number old) || !(now instanceof Number next)) {
                return !before.equals(now);
            }
            double moved = Math.abs(next.doubleValue() - old.doubleValue());
            return absolute.map(band -> moved > band).orElse(true)
                    && percent.map(share -> moved > Math.abs(old.doubleValue()) * share / 100)
                            .orElse(true);
        }
    }

    /** What the server heard last of a metric, when, and when the metric was last looked at. */
    private static final class Told {
        private Object value;
        private long sentAt;
        private long lookedAt;

        Told(Object value, long now) {
            this.value = value;
            this.sentAt = now;
            this.lookedAt = now;
        }
    }

    /**
     * Rules from the settings' member {@code agent}.
     *
     * @param usual period of metrics without one of their own
     * @param nanos a clock that never goes back
     */
    public Sampling(Supplier<Optional<JsonObject>> agent, Supplier<Duration> usual, LongSupplier nanos) {
        this.agent = agent;
        this.usual = usual;
        this.nanos = nanos;
    }

    /** How often samples have to be taken so that each metric keeps its period. */
    public synchronized Duration interval() {
        Duration least = usual.get();
        for (Rule rule : rules()) {
            Duration every = rule.off ? least : rule.every.orElse(least);
            least = every.compareTo(least) < 0 ? every : least;
        }
        return least;
    }

    /** Of samples that the agent took itself, those that are due and worth telling. */
    public List<Sample> due(List<Sample> samples) {
        return chosen(samples, Optional.of(usual.get()));
    }

    /** Of samples that somebody else sent, those that no rule holds back; without a rule each counts. */
    public List<Sample> given(List<Sample> samples) {
        return chosen(samples, Optional.empty());
    }

    private synchronized List<Sample> chosen(List<Sample> samples, Optional<Duration> otherwise) {
        List<Rule> now = rules();
        long slack = interval().toNanos() / 2;
        List<Sample> chosen = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            if (isDue(sample, rule(now, sample.name()), otherwise, slack)) {
                chosen.add(sample);
            }
        }
        return chosen;
    }

    private boolean isDue(Sample sample, @Nullable Rule rule, Optional<Duration> otherwise, long slack) {
        if (rule == null && otherwise.isEmpty()) {
            return true;
        }
        if (rule != null && rule.off) {
            return false;
        }
        long now = nanos.getAsLong();
        Told before = told.get(sample.name());
        if (before == null) {
            if (told.size() >= MAX_REMEMBERED) {
                told.clear();
            }
            told.put(sample.name(), new Told(sample.value(), now));
            return true;
        }
        Optional<Duration> every = rule == null ? otherwise : rule.every.or(() -> otherwise);
        // Half a look early rather than one late.
        if (every.isPresent() && now - before.lookedAt < every.get().toNanos() - slack) {
            return false;
        }
        before.lookedAt = now;
        if (rule != null
                && rule.hasDeadBand()
                && now - before.sentAt < rule.silence.toNanos() - slack
                && !rule.isNews(before.value, sample.value())) {
            return false;
        }
        before.value = sample.value();
        before.sentAt = now;
        return true;
    }

    private static @Nullable Rule rule(List<Rule> rules, String metric) {
        for (Rule rule : rules) {
            if (rule.fits(metric)) {
                return rule;
            }
        }
        return null;
    }

    private List<Rule> rules() {
        JsonObject now = agent.get().orElse(null);
        if (now != read) {
            read = now;
            rules = now == null ? List.of() : parse(now);
        }
        return rules;
    }

    /** A list that cannot be read counts as none: too much is told rather than too little. */
    private static List<Rule> parse(JsonObject agent) {
        try {
            List<Rule> rules = agent.objects("sampling", Sampling::rule);
            return rules.subList(0, Math.min(MOST_RULES, rules.size()));
        } catch (ProtocolException | IllegalArgumentException e) {
            return List.of();
        }
    }

    private static Rule rule(JsonObject json) {
        return new Rule(
                json.string("metric"),
                seconds(json, "everySeconds"),
                json.optionalDecimal("deadband").filter(value -> value >= 0),
                json.optionalDecimal("deadbandPercent").filter(value -> value >= 0),
                seconds(json, "maxSilenceSeconds").orElse(USUAL_SILENCE),
                json.optionalFlag("off").orElse(false));
    }

    private static Optional<Duration> seconds(JsonObject json, String name) {
        return json.optionalNumber(name)
                .filter(value -> value >= 1 && value <= MOST_SECONDS)
                .map(Duration::ofSeconds);
    }
}

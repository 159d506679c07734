package dev.muster.telemetry.bridge;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.telemetry.record.Metric;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What messages of a broker would become, shown on live traffic: it comes as a client of its own, with QoS 0 and without a session, and
 * writes nothing.
 */
public final class Preview {
    private static final int MAX_EXCERPT = 500;
    private static final int ROOM = 1_000;

    private Preview() {}

    /**
     * What was seen.
     *
     * @param trouble why nothing, or no more, was seen; empty if all went well
     * @param messages how many came, of which only the first are shown
     */
    public record Result(String problem, String trouble, long messages, List<Seen> seen) {
        public Result {
            seen = List.copyOf(seen);
        }
    }

    /**
     * One message.
     *
     * @param payload its beginning, as text
     * @param reason why it would become nothing; empty if it would become something
     */
    public record Seen(String topic, String payload, boolean retained, String reason, List<Would> would) {
        public Seen {
            would = List.copyOf(would);
        }
    }

    /**
     * One measurement that a message would become.
     *
     * @param verdict {@code known}, {@code new} or {@code refused}
     */
    public record Would(String device, String verdict, String reason, String metric, String value, Instant at) {}

    /** What would be said of a device at the door, which this must not change anything at. */
    @FunctionalInterface
    public interface Look {
        /** The answer for each device; {@code new} for one that would be made. */
        Map<DeviceId, Answer> look(List<DeviceId> devices);

        /** One answer; the reason only where it is refused. */
        record Answer(String verdict, String reason) {}
    }

    /** Looks for so long, or until so many messages came. */
    public static Result run(
            BridgeConfig config,
            MessageReader reader,
            Look door,
            Dialer dialer,
            Duration span,
            int most,
            InstantSource clock) {
        LinkedBlockingQueue<Raw> heard = new LinkedBlockingQueue<>(ROOM);
        Ear ear = new Ear(heard, most);
        String clientId = config.clientId() + "-preview-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        BrokerSession.Terms terms = new BrokerSession.Terms(clientId, true, Duration.ZERO, false);
        Trouble trouble = new Trouble(BridgeStatus.Problem.NONE, "");
        try (BrokerSession session = BrokerSession.make(config.broker(), terms, ear)) {
            session.open(config.broker(), dialer, terms, reader.filters(), 0, Optional.empty());
            if (ear.enough.await(span.toMillis(), TimeUnit.MILLISECONDS) && ear.trouble.isPresent()) {
                trouble = ear.trouble.get();
            }
        } catch (BrokerException | RuntimeException e) {
            trouble = Trouble.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Raw> shown = new ArrayList<>();
        heard.drainTo(shown, most);
        return new Result(
                trouble.problem().word(), trouble.detail(), ear.count, judged(shown, reader, door, clock.instant()));
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
    private record Raw(String topic, byte[] payload, boolean retained) {}

    private static final class Ear implements BrokerSession.Listener {
        private final LinkedBlockingQueue<Raw> heard;
        private final int most;
        private final CountDownLatch enough = new CountDownLatch(1);
        private volatile Optional<Trouble> trouble = Optional.empty();
        private volatile long count;

        Ear(LinkedBlockingQueue<Raw> heard, int most) {
            this.heard = heard;
            this.most = most;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // only Paho's one thread comes here
        public void message(String topic, BrokerSession.Message message) {
            count++;
            if (heard.offer(new Raw(topic, message.payload(), message.retained())) && count >= most) {
                enough.countDown();
            }
        }

        @Override
        public void lost(Trouble why) {
            if (why.problem() != BridgeStatus.Problem.NONE && enough.getCount() > 0) {
                trouble = Optional.of(why);
            }
            enough.countDown();
        }
    }

    private static List<Seen> judged(List<Raw> raw, MessageReader reader, Look door, Instant now) {
        List<MessageReader.Outcome> outcomes = raw.stream()
                .map(one -> reader.read(one.topic(), one.payload(), now.toEpochMilli()))
                .toList();
        Map<String, Look.Answer> answers = answers(outcomes, door);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            Raw one = raw.get(i);
            seen.add(
                    switch (outcomes.get(i)) {
                        case MessageReader.Outcome.Unreadable(var reason) ->
                            new Seen(one.topic(), excerpt(one.payload()), one.retained(), reason, List.of());
                        case MessageReader.Outcome.Readings(var readings) ->
                            new Seen(one.topic(), excerpt(one.payload()), one.retained(), "", would(readings, answers));
                        case MessageReader.Outcome.Session told ->
                            new Seen(
                                    one.topic(),
                                    excerpt(one.payload()),
                                    one.retained(),
                                    told.refusal().orElse(""),
                                    would(List.of(told.news()), answers));
                        case MessageReader.Outcome.Nothing n ->
                            new Seen(one.topic(), excerpt(one.payload()), one.retained(), "", List.of());
                    });
        }
        return seen;
    }

    private static Map<String, Look.Answer> answers(List<MessageReader.Outcome> outcomes, Look door) {
        Map<String, Look.Answer> answers = new HashMap<>();
        List<DeviceId> asked = new ArrayList<>();
        for (MessageReader.Outcome outcome : outcomes) {
            for (MessageReader.Reading reading : readings(outcome)) {
                Intake.name(reading.device()).filter(id -> !asked.contains(id)).ifPresent(asked::add);
            }
        }
        door.look(asked).forEach((device, answer) -> answers.put(device.value(), answer));
        return answers;
    }

    private static List<MessageReader.Reading> readings(MessageReader.Outcome outcome) {
        return switch (outcome) {
            case MessageReader.Outcome.Readings(var readings) -> readings;
            case MessageReader.Outcome.Session told -> List.of(told.news());
            case MessageReader.Outcome.Unreadable u -> List.of();
            case MessageReader.Outcome.Nothing n -> List.of();
        };
    }

    private static List<Would> would(List<MessageReader.Reading> readings, Map<String, Look.Answer> answers) {
        List<Would> would = new ArrayList<>();
        for (MessageReader.Reading reading : readings) {
            Look.Answer answer = answers.getOrDefault(reading.device(), new Look.Answer("refused", Intake.NO_NAME));
            for (Metric metric : reading.metrics()) {
                would.add(new Would(
                        reading.device(),
                        answer.verdict(),
                        answer.reason(),
                        metric.getName(),
                        value(metric),
                        Instant.ofEpochMilli(metric.getAtMs())));
            }
        }
        return would;
    }

    private static String value(Metric metric) {
        return switch (metric.getValueCase()) {
            case NUMBER -> Double.toString(metric.getNumber());
            case INTEGER -> Long.toString(metric.getInteger());
            case FLAG -> Boolean.toString(metric.getFlag());
            case TEXT -> cut(metric.getText());
            case DATA -> cut(Base64.getEncoder().encodeToString(metric.getData().toByteArray()));
            case VALUE_NOT_SET -> "";
        };
    }

    private static String excerpt(byte[] payload) {
        return cut(new String(payload, StandardCharsets.UTF_8).replace('\0', '\uFFFD'));
    }

    private static String cut(String text) {
        return text.length() <= MAX_EXCERPT ? text : text.substring(0, MAX_EXCERPT) + "…";
    }
}

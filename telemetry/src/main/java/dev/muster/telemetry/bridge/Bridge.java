package dev.muster.telemetry.bridge;

import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.bridge.BridgeStatus.Problem;
import dev.muster.telemetry.bridge.BridgeStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker that is kept up: a thread of its own connects, and again after a pause that grows. Thread-safe.
 *
 * <p>INVARIANT (one session): the broker knows the bridge by one client id, so that two instances that both believe to own it never get
 * the same message acknowledged twice: the later one takes the session over.
 */
public final class Bridge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    private static final long SHORTEST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final long LOOK_MILLIS = 1_000;

    private record Standing(State state, Problem problem, String detail, Instant since) {}

    private final BridgeConfig config;
    private final MessageReader reader;
    private final Dialer dialer;
    private final InstantSource clock;
    private final Counts counts = new Counts();
    private final Intake intake;
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** One permit for each loss of a connection that the thread has not looked at. */
    private final Semaphore lost = new Semaphore(0);

    private final AtomicLong connection = new AtomicLong();
    private final Thread thread;
    private volatile Standing standing;
    private volatile @Nullable BrokerSession session;
    private volatile @Nullable Trouble loss;
    private volatile MessageReader.@Nullable Said birth;
    private volatile MessageReader.@Nullable Said death;

    private Bridge(
            BridgeConfig config,
            MessageReader reader,
            DeviceDoor door,
            Dialer dialer,
            Producer<byte[], byte @Nullable []> producer,
            KafkaTopics topics,
            InstantSource clock) {
        this.config = config;
        this.reader = reader;
        this.dialer = dialer;
        this.clock = clock;
        this.standing = new Standing(State.CONNECTING, Problem.NONE, "", clock.instant());
        this.intake = new Intake(
                config, reader, door, producer, topics, clock, counts, this::ack, this::say, this::connectAnew);
        this.thread = new Thread(this::run, "bridge-" + config.key());
        thread.setDaemon(true);
    }

    /** Begins; returns at once. The producer must never give a record up by itself. */
    public static Bridge start(
            BridgeConfig config,
            MessageReader reader,
            DeviceDoor door,
            Dialer dialer,
            Producer<byte[], byte @Nullable []> producer,
            KafkaTopics topics,
            InstantSource clock) {
        Bridge bridge = new Bridge(config, reader, door, dialer, producer, topics, clock);
        bridge.thread.start();
        return bridge;
    }

    /** How it stands now. */
    public BridgeStatus status() {
        Standing now = standing;
        String behind = intake.behind();
        boolean isBehind = !behind.isEmpty() && now.state() == State.CONNECTED;
        return new BridgeStatus(
                now.state(),
                isBehind ? Problem.BEHIND : now.problem(),
                isBehind ? behind : now.detail(),
                now.since(),
                intake.lastMessage(),
                counts.received.sum(),
                counts.values.sum(),
                counts.deadLetters.sum(),
                counts.refused.sum(),
                counts.dropped.sum(),
                counts.gaps.sum(),
                intake.refusals());
    }

    private void run() {
        long pause = SHORTEST_PAUSE_MILLIS;
        try {
            while (stopping.getCount() > 0) {
                Trouble trouble = attempt();
                boolean was = standing.state() == State.CONNECTED;
                pause = was ? SHORTEST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
                if (stopping.getCount() > 0) {
                    stand(State.WAITING, trouble);
                    LOG.info("bridge {}: {}", config.key(), trouble.detail());
                    long millis = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2);
                    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A mistake of ours is trouble, too: the bridge says so and tries again. */
    private Trouble attempt() throws InterruptedException {
        try {
            return once();
        } catch (RuntimeException e) {
            LOG.error("bridge {}", config.key(), e);
            return Trouble.of(e);
        }
    }

    /** One connection from its beginning to its end; why it ended. */
    private Trouble once() throws InterruptedException {
        long number = connection.incrementAndGet();
        lost.drainPermits();
        loss = null;
        if (standing.state() != State.WAITING) {
            stand(State.CONNECTING, new Trouble(Problem.NONE, ""));
        }
        Optional<MessageReader.Host> host = reader.host();
        BrokerSession.Terms terms = new BrokerSession.Terms(
                config.clientId(), host.isPresent(), host.isPresent() ? Duration.ZERO : config.session(), true);
        Instant began = clock.instant();
        BrokerSession opened;
        try {
            opened = BrokerSession.make(config.broker(), terms, new Ear(number));
        } catch (BrokerException e) {
            return Trouble.of(e);
        }
        // Before it is connected: what the broker kept for us comes at once, and must be acknowledged.
        session = opened;
        try {
            opened.open(
                    config.broker(),
                    dialer,
                    terms,
                    reader.filters(),
                    config.qos(),
                    host.map(one -> one.state(false, began)));
            birth = host.map(one -> one.state(true, began)).orElse(null);
            death = host.map(one -> one.state(false, began)).orElse(null);
            sayBirth();
        } catch (BrokerException | RuntimeException e) {
            session = null;
            opened.close();
            Trouble told = loss;
            Trouble found = Trouble.of(e);
            return told != null && found.problem() == Problem.OTHER ? told : found;
        }
        stand(State.CONNECTED, new Trouble(Problem.NONE, ""));
        try {
            while (stopping.getCount() > 0 && !lost.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                intake.lookForQuiet();
            }
            Trouble why = loss;
            return why == null ? Trouble.lost() : why;
        } finally {
            if (stopping.getCount() > 0) {
                session = null;
                opened.close();
            }
        }
    }

    /** A host tells that it is there; again whenever somebody says otherwise. */
    private void sayBirth() {
        MessageReader.Said state = birth;
        if (state != null) {
            say(state);
        }
    }

    private void say(MessageReader.Said said) {
        BrokerSession current = session;
        if (current != null) {
            try {
                current.publish(said);
            } catch (BrokerException e) {
                LOG.debug("bridge {} could not say something, its connection is over", config.key(), e);
            }
        }
    }

    private void stand(State state, Trouble trouble) {
        Standing before = standing;
        boolean same = before.state() == state && before.problem() == trouble.problem();
        standing = new Standing(state, trouble.problem(), trouble.detail(), same ? before.since() : clock.instant());
    }

    private void ack(long number, int packetId, int qos) {
        BrokerSession current = session;
        if (qos > 0 && current != null && connection.get() == number) {
            current.ack(packetId, qos);
        }
    }

    private void connectAnew() {
        if (loss == null) {
            loss = new Trouble(Problem.BEHIND, "a message could not be handed on, it is asked for again");
        }
        lost.release();
    }

    /** Who leaves politely has no will published. */
    private void sayDeath(BrokerSession last) {
        MessageReader.Said state = death;
        if (state != null) {
            try {
                last.publishAndWait(state);
            } catch (BrokerException e) {
                LOG.debug("bridge {} could not say that it ends", config.key(), e);
            }
        }
    }

    /** How many messages are neither on Kafka nor given up. */
    int waiting() {
        return intake.waiting();
    }

    private final class Ear implements BrokerSession.Listener {
        private final long number;

        Ear(long number) {
            this.number = number;
        }

        @Override
        public void message(String topic, BrokerSession.Message message) {
            MessageReader.Said state = birth;
            if (state != null && topic.equals(state.topic()) && isDenied(message.payload())) {
                // An earlier will, or somebody else: nodes that wait for this host must not believe it.
                sayBirth();
            }
            intake.offer(new Intake.Arrived(number, message.id(), message.qos(), topic, message.payload()));
        }

        private boolean isDenied(byte[] payload) {
            return reader.host().map(host -> host.denies(payload)).orElse(false);
        }

        @Override
        public void lost(Trouble trouble) {
            if (connection.get() == number) {
                loss = trouble;
                lost.release();
            }
        }
    }

    /** Hands on what it has, then leaves; the broker keeps what comes for whoever goes on. */
    @Override
    public void close() {
        close(false);
    }

    /** The same; with {@code forever} the broker keeps nothing. */
    public void close(boolean forever) {
        stopping.countDown();
        // Who leaves hears its own death, and must not deny it.
        birth = null;
        lost.release();
        intake.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        BrokerSession last = session;
        if (last != null) {
            sayDeath(last);
            if (forever) {
                last.forget();
            } else {
                last.close();
            }
        }
        session = null;
        stand(State.STOPPED, new Trouble(Problem.NONE, ""));
    }
}

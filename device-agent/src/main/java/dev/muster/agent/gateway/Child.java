package dev.muster.agent.gateway;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.reconcile.DesiredSource.Refresh;
import dev.muster.agent.reconcile.Reconciler;
import dev.muster.agent.reconcile.Reporter;
import dev.muster.agent.reconcile.TrustGate;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Pace;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.ContentSource;
import dev.muster.agent.update.Downloads;
import dev.muster.agent.update.InstallGate;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.subdevice.SubDevices.Found;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import dev.muster.trust.client.MetadataFetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A sub-device that was let in: the same trust gate, journal and reconciler as the gateway has for itself, with a driver in place of the platform. What is
 * handed to the driver was verified fully, on the sub-device's behalf. {@link #telemetry} and {@link #connected} by any thread, the rest by one.
 */
final class Child implements AutoCloseable {
    private final DeviceRef ref;
    private final TrustGate gate;
    private final Journal journal;
    private final Reconciler reconciler;
    private final Reporter reporter;
    private final Outbox outbox;
    private final DeviceTime time;
    private final AgentLog log;
    private volatile Found found;
    private boolean unfinished = true;
    private String refusal = "";

    /** What children of one gateway share. */
    record Surroundings(
            AgentConfig config,
            Transport session,
            IdentityStore identities,
            DeviceTime time,
            long boot,
            Pace pace,
            BooleanSupplier closing,
            ScheduledExecutorService scheduler,
            AgentLog log) {}

    /** Opens what is known of it in {@code state}. */
    Child(
            DeviceRef ref,
            Found found,
            Driver driver,
            StateDir state,
            MetadataFetcher director,
            MetadataFetcher images,
            ContentSource content,
            Surroundings with)
            throws IOException {
        this.ref = ref;
        this.found = found;
        this.time = with.time();
        this.log = with.log();
        Transport transport = new ChildTransport(with.session(), ref);
        this.reporter = new Reporter(transport, this::durable, this::facts, Optional::empty, with.scheduler());
        this.journal = new Journal(new TwoSlotStore(state.journal(), "child"), changed -> reporter.changed());
        this.outbox =
                new Outbox(state.queue(), with.config(), transport, with.boot(), with.pace(), with.scheduler(), log);
        this.gate = new TrustGate(
                state.trust(),
                with.identities().initialRoot("director"),
                with.identities().initialRoot("images"),
                director,
                images,
                ref,
                found.hardware(),
                name -> journal.state().counters().getOrDefault(name, 0L),
                time);
        Downloads downloads = new Downloads(state.downloads());
        Path document = state.trust().resolve("director").resolve("targets.json");
        String child = found.name();
        Map<TargetName, Installer> installers = new HashMap<>();
        Function<TargetName, Installer> installer = name -> installers.computeIfAbsent(
                name, known -> new DriverInstaller(driver, child, known, downloads, document));
        UpdateMachine machine =
                new UpdateMachine(journal, installer, content, with.closing(), () -> false, InstallGate.OPEN, time);
        this.reconciler =
                new Reconciler(journal, machine, installer, time, line -> log.line(ref.device() + ": " + line));
    }

    private AgentState durable() {
        return journal.state();
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>(found.facts());
        facts.put("gateway.driver", found.driver());
        facts.put("agent.targets", String.join(",", TargetName.KINDS));
        return facts;
    }

    DeviceRef ref() {
        return ref;
    }

    /** What the driver says of it now. */
    void describe(Found now) {
        if (!now.equals(found)) {
            found = now;
            reporter.factsChanged();
        }
    }

    /** A session began. */
    void connected() {
        reporter.connected();
        outbox.connected();
    }

    void telemetry(List<Sample> samples) throws IOException {
        outbox.telemetry(samples);
    }

    /** Follows its document where there is news, or something is left of the last time. */
    void follow(long generation) throws IOException {
        if (!unfinished && generation <= journal.state().generation()) {
            return;
        }
        switch (gate.refresh()) {
            case Refresh.Fresh fresh -> {
                refusal = "";
                unfinished = reconciler.reconcile(fresh.state()) != Reconciler.Result.SETTLED;
            }
            case Refresh.Refused refused -> refuse(refused);
            case Refresh.Unreachable unreachable -> log.line(ref.device() + ": no document: " + unreachable.message());
        }
    }

    private void refuse(Refresh.Refused refused) throws IOException {
        String line = refused.code() + ": " + refused.message();
        log.line(ref.device() + ": metadata refused: " + line);
        if (!line.equals(refusal)) {
            refusal = line;
            outbox.event(new DeviceEvent(
                    "security.metadata-refused",
                    time.instant(),
                    Map.of("reason", refused.code(), "message", refused.message())));
        }
    }

    @Override
    public void close() throws IOException {
        outbox.close();
    }
}

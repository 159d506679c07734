package dev.muster.agent;

import dev.muster.agent.apps.AppWatch;
import dev.muster.agent.bundle.BundleDesk;
import dev.muster.agent.bundle.Carrier;
import dev.muster.agent.commands.CommandRunner;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.config.LogFile;
import dev.muster.agent.config.LogSwitch;
import dev.muster.agent.config.PowerRule;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.gateway.GatewayRole;
import dev.muster.agent.gateway.GatewaySettings;
import dev.muster.agent.gateway.SiteSource;
import dev.muster.agent.help.HelpRunner;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.local.LocalSocket;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.PlatformOpener;
import dev.muster.agent.policy.CapabilityWishes;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.reconcile.AgentLoop;
import dev.muster.agent.reconcile.Attention;
import dev.muster.agent.reconcile.InstallGates;
import dev.muster.agent.reconcile.Reconciler;
import dev.muster.agent.reconcile.Reporter;
import dev.muster.agent.reconcile.TrustGate;
import dev.muster.agent.settings.ManagedFiles;
import dev.muster.agent.settings.SettingsKeeper;
import dev.muster.agent.store.FileNews;
import dev.muster.agent.telemetry.LocalMetrics;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Pace;
import dev.muster.agent.telemetry.Sampling;
import dev.muster.agent.transport.ChangeTrace;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.MqttTransport;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One agent of one enrolled device, from power-on to power-off: opened, started once, closed once. Many fit in one process;
 * they share nothing but the scheduler. {@link #close} may be called by any thread but the agent's own.
 */
public final class DeviceAgent implements AutoCloseable {
    private static final long SYNC_SECONDS = 60;
    private static final long COUNTS_CHECK_MS = 60_000;
    private static final long MAX_LEASE_BYTES = 65_536;
    private static final long MINUTE_MS = 60_000;
    // The end of a lease is told this late at most where nothing else is to be watched.
    private static final Duration CALM = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final StateDir state;
    private final AgentLog log;
    private final FileChannel lock;
    private final Credentials credentials;
    private final ChangeTrace trace;
    private final Platform platform;
    private final Transport transport;
    private final Outbox outbox;
    private final Sampling sampling;
    private final Sampler sampler;
    private final Reporter reporter;
    private final Journal journal;
    private final DeviceTime time;
    private final AgentSettings settings;
    private final DevicePolicy policy;
    private final InstallGates gates;
    private final SettingsKeeper keeper;
    private final AppWatch appWatch;
    private final AgentLoop loop;
    private final Function<TargetName, Installer> installers;
    private final TrustGate gate;
    private final Carrier carrier;
    private final BundleDesk bundles;
    private final SiteSource source;
    private final GatewayRole gateway;
    private final CommandRunner commands;
    private final List<Future<?>> timers = new ArrayList<>();
    private final StateHealth health;
    private boolean settled;
    private final HelpDesk help;
    private final Tidings tidings;
    private final LocalSockets sockets;
    private volatile Optional<Watch> watch = Optional.empty();
    private volatile Optional<FileNews> news = Optional.empty();

    /**
     * What an agent shares with its host.
     *
     * @param scheduler for timers and short work; at least one thread, and never the host's only one to close agents on
     * @param nanos a clock that never goes back
     * @param leaseNanos another for leases, which every question asks; may be a little behind
     * @param platforms opens the platform that the agent was enrolled with
     * @param rebooter switches the simulated device off and on; must return at once
     */
    public record Surroundings(
            AgentConfig config,
            ScheduledExecutorService scheduler,
            InstantSource clock,
            LongSupplier nanos,
            LongSupplier leaseNanos,
            AgentLog log,
            PlatformOpener platforms,
            Runnable rebooter) {}

    /**
     * Opens what is in {@code state}; for a simulated device that is switching it on.
     *
     * @throws IOException if the device is not enrolled, another process runs its agent, or the state cannot be read
     */
    public DeviceAgent(StateDir state, Surroundings surroundings) throws IOException {
        this.state = state.create();
        this.surroundings = surroundings;
        this.health = new StateHealth(state);
        LocalSocket.requireShort(state.socket());
        this.lock = StateLock.take(state);
        try {
            this.settings = new AgentSettings(state.settings(), surroundings.nanos());
            LogFile lines = new LogFile(state.log(), surroundings.clock(), surroundings.log());
            this.log = new LogSwitch(lines, surroundings.log(), settings::log);
            IdentityStore identities = new IdentityStore(state);
            DeviceIdentity identity = identities
                    .load()
                    .orElseThrow(
                            () -> new IOException("no identity in `" + state.root() + "`: run `enrol` before `run`"));
            InstantSource clock = surroundings.clock();
            this.trace = new ChangeTrace(health.store("trace"));
            this.credentials = new Credentials(
                    identity,
                    trace,
                    new DeviceHttps.Meter(
                            settings::transferLimits, surroundings.nanos(), Optional.of(surroundings.scheduler())));
            this.platform = surroundings
                    .platforms()
                    .open(identity.platform(), state, clock, surroundings.nanos(), surroundings.rebooter());
            this.time = new DeviceTime(
                    health.store("clock"),
                    clock,
                    platform::clockIsSet,
                    surroundings.nanos(),
                    surroundings.leaseNanos(),
                    identity.certificate().getNotBefore().toInstant());
            this.transport = new MqttTransport(
                    identity.mqtt(),
                    identity.ref(),
                    () -> credentials().tls(),
                    surroundings.config(),
                    surroundings.scheduler());
            this.reporter =
                    new Reporter(transport, this::durable, this::facts, trace::ofReports, surroundings.scheduler());
            this.journal = new Journal(health.store("agent"), changed -> {
                reporter.changed();
                watch.ifPresent(Watch::soon);
            });
            long boot = health.nextBoot(time);
            Pace pace = Pace.on(surroundings.scheduler(), settings::replayPerSecond, surroundings.nanos());
            this.outbox = new Outbox(
                    state.queue(), surroundings.config(), transport, boot, pace, surroundings.scheduler(), log);
            this.sampling = new Sampling(
                    settings::whole,
                    () -> settings.sampleInterval().orElse(surroundings.config().sample()),
                    surroundings.nanos());
            this.tidings = new Tidings(outbox, time, log);
            this.sockets = new LocalSockets(settings, surroundings.nanos(), log);
            this.policy = new DevicePolicy(
                    state, identity.ref(), platform, time, settings, outbox::event, this::wakeLoop, log);
            this.gates = new InstallGates(
                    this::leases,
                    () -> platform.situation(time.instant()),
                    () -> platform.power(time.instant()),
                    () -> settings.installPower().orElse(PowerRule.DEFAULT),
                    surroundings.nanos());
            this.keeper = new SettingsKeeper(
                    state.settings(),
                    state.settingsCopy(),
                    health.store("settings"),
                    new ManagedFiles(platform.settingsFiles(), health.store("settings-files")),
                    platform.systemSettings(),
                    outbox::event,
                    time,
                    surroundings.nanos(),
                    log);
            this.help = new HelpDesk(() -> new HelpRunner(new HelpRunner.Parts(
                    keeper::help, credentials::another, outbox::event, time, surroundings.nanos(), log)));
            this.appWatch = new AppWatch(platform.apps(), surroundings.nanos());
            GatewaySettings site = new GatewaySettings(state.settings(), surroundings.nanos());
            this.source = new SiteSource(
                    site::siteCache,
                    () -> credentials().identity(),
                    (sha256, offset) -> credentials().https().open(sha256, offset),
                    credentials.meter(),
                    surroundings.nanos(),
                    log);
            this.carrier = new Carrier(() -> credentials().https(), source);
            this.gateway = new GatewayRole(
                    site,
                    state,
                    () -> credentials().identity(),
                    () -> credentials().another(),
                    Optional.of(new GatewayRole.Behind(
                            surroundings.config(),
                            transport,
                            identities,
                            () -> credentials().another(),
                            platform.drivers(),
                            time,
                            boot,
                            pace,
                            surroundings.scheduler(),
                            surroundings.nanos())),
                    time,
                    log);
            this.sampler =
                    new Sampler(platform, settings, sampling, outbox, source, gateway, time, surroundings.nanos(), log);
            this.installers = Installers.of(state, platform, policy, keeper);
            this.gate = gate(identity, identities);
            this.loop = loop(identity);
            this.bundles =
                    new BundleDesk(() -> credentials().identity().ref(), carrier, gate, installers, loop::deliver);
            health.found(identities.problems());
            health.attempt(identities::keepTwice);
            this.commands = new CommandRunner(
                    health.store("commands"),
                    new CommandRunner.Parts(
                            keeper::allowed,
                            platform,
                            () -> LogTexts.of(lines, journal.state(), facts(), platform, time.instant()),
                            state.uploads(),
                            credentials::another,
                            outbox,
                            time,
                            loop::wake,
                            loop::reboot,
                            surroundings.scheduler(),
                            log),
                    identity.ref().device().value());
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        } catch (GeneralSecurityException e) {
            lock.close();
            throw new IOException("the identity cannot be used: " + e.getMessage(), e);
        }
    }

    private Credentials credentials() {
        return credentials;
    }

    private TrustGate gate(DeviceIdentity identity, IdentityStore identities) throws IOException {
        return new TrustGate(
                state.trust(),
                identities.initialRoot("director"),
                identities.initialRoot("images"),
                carrier.director(),
                carrier.images(),
                identity.ref(),
                platform.hardware(),
                name -> journal.state().counters().getOrDefault(name, 0L),
                time);
    }

    private AgentLoop loop(DeviceIdentity identity) {
        Attention attention = new Attention();
        UpdateMachine machine = new UpdateMachine(
                journal,
                installers,
                carrier::open,
                attention::shouldYield,
                () -> platform.reboot("update"),
                gates,
                time,
                gate,
                log::line);
        return new AgentLoop(
                new AgentLoop.Parts(
                        surroundings.config(),
                        () -> credentials.identity(),
                        () -> credentials.https(),
                        gate,
                        journal,
                        new Reconciler(journal, machine, installers, time, log),
                        attention,
                        trace,
                        time,
                        policy::report,
                        platform,
                        outbox,
                        () -> credentials.renewIfDue(state, platform, time, log),
                        gates::untilNext,
                        this::trouble,
                        () -> tidings.lookAt(appWatch),
                        surroundings.scheduler(),
                        log),
                identity.ref().device().value());
    }

    private boolean consent(String target) {
        Optional<TargetCondition> waiting = TargetName.find(target)
                .flatMap(
                        name -> Optional.ofNullable(journal.state().conditions().get(name)))
                .filter(condition -> condition.reason().equals(HoldReason.AWAITING_CONSENT));
        waiting.flatMap(TargetCondition::sha256).ifPresent(sha256 -> {
            gates.consent(sha256);
            wakeLoop();
        });
        return waiting.isPresent();
    }

    private InstallLeases leases() throws IOException {
        return InstallLeases.fromJson(credentials
                .https()
                .get("/device/v1/install-leases", MAX_LEASE_BYTES)
                .orElseThrow(() -> new IOException("the server knows no windows")));
    }

    /** Begins to answer locally, to connect and to reconcile; returns at once. */
    public void start() throws IOException {
        for (String broken : policy.restore()) {
            log.line("what is kept is not used, and grants nothing: " + broken);
            tidings.event("security.policy-refused", Map.of("message", broken));
        }
        health.found(policy.problems());
        health.found(keeper.problems());
        health.found(outbox.problems());
        health.found(platform.apps().damaged());
        health.attempt(() -> health.found(appWatch.lookIfDue()));
        health.damage().forEach(tidings::damage);
        policy.look();
        keeper.look();
        LocalAnswers answers = new LocalAnswers(
                () -> credentials.identity(),
                platform,
                time,
                policy,
                journal,
                transport,
                outbox,
                sampling,
                this::consent,
                bundles,
                new LocalMetrics(surroundings.nanos()),
                new CapabilityWishes());
        sockets.listen(LocalSocket.Place.of(state.socket()), answers);
        if (surroundings.config().services().isPresent()) {
            AgentConfig.ServicesSocket services =
                    surroundings.config().services().get();
            sockets.listen(new LocalSocket.Place(services.path(), Optional.of(services.group())), answers);
        }
        tidings.event("lifecycle.started", Map.of("platform", platform.name()));
        transport.start(new Ears(journal, reporter, outbox, gateway, commands, help, trace, loop, log));
        loop.start();
        commands.start();
        every(TimeUnit.SECONDS.toMillis(SYNC_SECONDS), this::sync);
        if (surroundings.config().fileNews()) {
            news = FileNews.open(() -> watch.ifPresent(Watch::soon));
        }
        watch = Optional.of(new Watch(
                surroundings.scheduler(), surroundings.config().watch(), this::calm, this::mustWatch, this::look));
        UsageCounts counts = new UsageCounts(
                policy,
                outbox,
                () -> settings.usageInterval().orElse(surroundings.config().usage()),
                surroundings.nanos(),
                log);
        every(Math.min(surroundings.config().usage().toMillis(), COUNTS_CHECK_MS), counts::sendIfDue);
    }

    /** Stops everything and gives the state directory free. What was running goes on at the next start. */
    @Override
    public void close() throws IOException {
        timers.forEach(timer -> timer.cancel(false));
        news.ifPresent(FileNews::close);
        watch.ifPresent(Watch::close);
        commands.close();
        gateway.close();
        source.abort();
        help.close();
        loop.close();
        transport.close();
        sockets.close();
        try {
            time.save();
            outbox.counts(policy.takeCounts());
        } finally {
            outbox.close();
            lock.close();
        }
    }

    /** Name of the device. */
    public String name() {
        return credentials.identity().ref().key();
    }

    /** Whether there is a session with the gateway. */
    public boolean isConnected() {
        return transport.isConnected();
    }

    private void every(long millis, Runnable work) {
        timers.add(surroundings
                .scheduler()
                .scheduleWithFixedDelay(work, (long) (millis * Math.random()), millis, TimeUnit.MILLISECONDS));
    }

    private boolean mustWatch() {
        return gates.mustWatch() || ((policy.mustWatch() || keeper.mustWatch()) && !isTold());
    }

    /** Whether the operating system tells of every change that a look would find. */
    private boolean isTold() {
        Optional<Set<Path>> ofPlatform = platform.watchedDirectories();
        if (news.isEmpty() || ofPlatform.isEmpty()) {
            return false;
        }
        Set<Path> directories = new HashSet<>(ofPlatform.get());
        directories.addAll(keeper.directories());
        return news.get().follows(directories);
    }

    /** Until the next telemetry; and until the next minute, where a policy may decide otherwise from then on. */
    private Duration calm() {
        Duration calm = soonest(CALM, sampler.untilDue());
        return policy.mustWatch()
                ? soonest(
                        calm,
                        Duration.ofMillis(
                                MINUTE_MS - Math.floorMod(time.instant().toEpochMilli(), MINUTE_MS)))
                : calm;
    }

    private static Duration soonest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void look() {
        policy.look();
        keeper.look();
        gateway.look();
        help.look();
        if (gates.isReleased()) {
            loop.wake();
        }
        sampler.takeIfDue();
    }

    private void sync() {
        try {
            outbox.sync();
            time.save();
        } catch (IOException | RuntimeException e) {
            log.line("the queue is not on disk: " + e.getMessage());
        }
        if (!settled) {
            try {
                platform.settle();
                settled = true;
            } catch (IOException | RuntimeException e) {
                log.line("the boot loader is not told that this start was good: " + e.getMessage());
            }
        }
    }

    private Map<String, String> facts() {
        return AgentFacts.of(platform, health);
    }

    private void wakeLoop() {
        loop.wake();
    }

    private AgentState durable() {
        return journal.state();
    }

    private void trouble(Optional<String> problem) {
        if (health.trouble(problem)) {
            reporter.factsChanged();
        }
    }
}

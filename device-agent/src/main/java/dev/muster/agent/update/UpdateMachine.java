package dev.muster.agent.update;

import dev.muster.agent.apps.BadPackageException;
import dev.muster.agent.store.AlteredException;
import dev.muster.agent.update.Installer.Standing;
import dev.muster.protocol.desired.TargetName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Drives each {@link UpdateState} to its end, one at a time. INVARIANT (persist-first): a state is durable before the act it describes,
 * and every act can be repeated, so a power cut at any instant is answered by doing the current state's act again.
 * One thread.
 */
public final class UpdateMachine {
    private static final int FETCH_ATTEMPTS = 3;
    private static final int MISSING_ATTEMPTS = 5;

    private final Journal journal;
    private final Function<TargetName, Installer> installers;
    private final Fetcher fetcher;
    private final DeltaFetcher deltas;
    private final ChunkFetcher chunks;
    private final BooleanSupplier restart;
    private final InstallGate gate;
    private final InstantSource clock;
    private final Map<String, Integer> missing = new HashMap<>();

    /**
     * Makes a machine.
     *
     * @param yield whether a running transfer should stop, because something may be more urgent; see {@link Yielded}
     * @param restart asks the platform for a restart; false where the agent may not
     * @param gate asked before every switch
     */
    public UpdateMachine(
            Journal journal,
            Function<TargetName, Installer> installers,
            ContentSource source,
            BooleanSupplier yield,
            BooleanSupplier restart,
            InstallGate gate,
            InstantSource clock) {
        this(journal, installers, source, yield, restart, gate, clock, DeltaOffers.NONE, line -> {});
    }

    /**
     * One that uses deltas where there are any.
     *
     * @param log told of deltas, used and not
     */
    public UpdateMachine(
            Journal journal,
            Function<TargetName, Installer> installers,
            ContentSource source,
            BooleanSupplier yield,
            BooleanSupplier restart,
            InstallGate gate,
            InstantSource clock,
            DeltaOffers offers,
            Consumer<String> log) {
        this.chunks = new ChunkFetcher(source, offers, yield, log);
        this.deltas = new DeltaFetcher(source, offers, chunks, yield, log);
        this.journal = journal;
        this.gate = gate;
        this.installers = installers;
        this.fetcher = new Fetcher(source, yield);
        this.restart = restart;
        this.clock = clock;
    }

    /** A transfer was stopped on request; what it brought so far is kept. */
    public static final class Yielded extends IOException {
        Yielded() {
            super("the transfer made way for something more urgent");
        }
    }

    /** How a run ended. */
    public enum Outcome {
        /** The update reached a final state, good or bad. */
        FINISHED,
        /** The device is about to restart; nothing more may be done before. */
        RESTARTING,
        /** The switch was made and this agent may not restart the device; it goes on at the next start. */
        WAITING,
        /** All bytes are there, and the switch may not be made yet; see {@link InstallGate}. */
        HELD
    }

    /** Begins an update; the document it comes from is verified. */
    public Outcome begin(DesiredTarget target) throws IOException {
        save(new UpdateState.Offered(new UpdateState.Step(target, clock.instant(), 0)));
        return proceed(target.name());
    }

    /** Notes that the document asks for the same bytes by another rule. */
    public void follow(UpdateState state, DesiredTarget target) throws IOException {
        if (!state.target().install().equals(target.install()) && !isSwitched(state)) {
            save(state.by(target.install()));
        }
    }

    /** Gives up an update that was not switched to yet, because the document no longer asks for it. */
    public void supersede(UpdateState state) throws IOException {
        fail(state, Reasons.SUPERSEDED, "the document asks for something else now");
    }

    /** Whether {@code state} has passed the switch, so that it must be brought to its end whatever the document says. */
    public static boolean isSwitched(UpdateState state) {
        return switch (state) {
            case UpdateState.Offered s -> false;
            case UpdateState.Verified s -> false;
            case UpdateState.Fetching s -> false;
            case UpdateState.Written s -> false;
            case UpdateState.Armed s -> true;
            case UpdateState.Trial s -> true;
            case UpdateState.RollingBack s -> true;
            case UpdateState.Committed s -> false;
            case UpdateState.RolledBack s -> false;
            case UpdateState.Failed s -> false;
        };
    }

    /**
     * Takes the update of one target as far as it goes.
     *
     * @throws IOException if the network or the disk stopped it; the state stays and a later call goes on from there
     */
    public Outcome proceed(TargetName name) throws IOException {
        while (true) {
            var current = journal.state().update(name);
            if (current.isEmpty()) {
                return Outcome.FINISHED;
            }
            UpdateState state = current.get();
            if (state.step().transitions() > UpdateState.MAX_TRANSITIONS && !isSwitched(state)) {
                fail(state, Reasons.TOO_MANY_TRANSITIONS, "the update went round in circles");
                continue;
            }
            Outcome outcome = step(state, installers.apply(state.target().name()));
            if (outcome != Outcome.FINISHED) {
                return outcome;
            }
        }
    }

    // FINISHED here means: this step is done, look at the new state.
    private Outcome step(UpdateState state, Installer installer) throws IOException {
        DesiredTarget target = state.target();
        switch (state) {
            case UpdateState.Offered offered -> admit(offered, installer);
            case UpdateState.Verified verified -> save(verified.fetching(clock.instant()));
            case UpdateState.Fetching fetching -> fetch(fetching, installer);
            case UpdateState.Written written -> {
                Optional<InstallGate.Hold> hold = gate.hold(target);
                if (hold.isPresent()) {
                    if (!written.equals(written.held(hold.get()))) {
                        save(written.held(hold.get()));
                    }
                    return Outcome.HELD;
                }
                UpdateState.Armed armed = written.armed(clock.instant());
                save(armed);
                activate(armed, installer);
            }
            case UpdateState.Armed armed -> {
                return armed(armed, installer);
            }
            case UpdateState.Trial trial -> trial(trial, installer);
            case UpdateState.RollingBack rollingBack -> {
                return rollBack(rollingBack, installer);
            }
            case UpdateState.Committed s -> {}
            case UpdateState.RolledBack s -> {}
            case UpdateState.Failed s -> {}
        }
        return Outcome.FINISHED;
    }

    private void admit(UpdateState.Offered offered, Installer installer) throws IOException {
        DesiredTarget target = offered.target();
        if (journal.state().isDowngrade(target)) {
            fail(
                    offered,
                    Reasons.DOWNGRADE,
                    "expected a release counter of at least "
                            + journal.state().counters().get(target.name().text()) + ", found "
                            + target.releaseCounter());
            return;
        }
        try {
            installer.admit(target);
        } catch (RefusedException e) {
            fail(offered, e.reason(), text(e));
            return;
        }
        save(offered.verified(clock.instant()));
    }

    private void fetch(UpdateState.Fetching fetching, Installer installer) throws IOException {
        DesiredTarget target = fetching.target();
        try (FileChannel channel = open(installer, target)) {
            long have = bring(fetching, installer, channel);
            boolean byDelta = have > fetching.bytes();
            for (int attempt = 1; !fetcher.fetch(target, channel, have, bytes -> save(fetching.at(bytes))); attempt++) {
                have = 0;
                save(fetching.at(0));
                if (byDelta) {
                    distrust(target, installer);
                }
                if (attempt == FETCH_ATTEMPTS) {
                    fail(
                            fetching,
                            Reasons.DIGEST_MISMATCH,
                            "expected bytes with sha256 `" + target.sha256() + "`, found others " + attempt + " times");
                    return;
                }
            }
            if (!fetcher.rereads(target, channel)) {
                fail(fetching, Reasons.STORAGE_ERROR, "the bytes read back are not the bytes written");
                return;
            }
        } catch (Fetcher.StorageException e) {
            fail(fetching, Reasons.STORAGE_ERROR, text(e));
            return;
        } catch (ContentSource.MissingException e) {
            if (missing.merge(target.sha256(), 1, Integer::sum) < MISSING_ATTEMPTS) {
                throw e;
            }
            missing.remove(target.sha256());
            fail(fetching, Reasons.CONTENT_MISSING, text(e));
            return;
        }
        try {
            installer.check(target);
        } catch (RefusedException e) {
            fail(fetching, e.reason(), text(e));
            return;
        } catch (BadPackageException e) {
            fail(fetching, e.reason(), text(e));
            return;
        } catch (AlteredException e) {
            fail(fetching, Reasons.CONTENT_ALTERED, text(e));
            return;
        } catch (IOException e) {
            // The bytes are here and whole, so it is the disk that does not let them be unpacked or read.
            fail(fetching, Reasons.STORAGE_ERROR, text(e));
            return;
        }
        save(fetching.written(clock.instant()));
    }

    private long bring(UpdateState.Fetching fetching, Installer installer, FileChannel channel) throws IOException {
        Optional<Base> base = base(installer);
        try {
            Fetcher.Progress progress = bytes -> save(fetching.at(bytes));
            long have = deltas.bring(fetching.target(), base, channel, fetching.bytes(), progress);
            return chunks.bring(fetching.target(), base, channel, have, progress);
        } finally {
            if (base.isPresent()) {
                base.get().close();
            }
        }
    }

    private void distrust(DesiredTarget target, Installer installer) throws IOException {
        Optional<Base> base = base(installer);
        deltas.distrust(target, base);
        chunks.distrust(target);
        if (base.isPresent()) {
            base.get().close();
        }
    }

    // What cannot be read is no base; the target comes whole.
    private static Optional<Base> base(Installer installer) {
        try {
            return installer.base();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static FileChannel open(Installer installer, DesiredTarget target) throws IOException {
        try {
            return installer.open(target);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new Fetcher.StorageException(e);
        }
    }

    // INVARIANT (checked is used): an installer switches to the bytes that it has just found to be those that were
    // signed for.
    private void activate(UpdateState.Armed armed, Installer installer) throws IOException {
        try {
            installer.activate(armed.target());
        } catch (AlteredException e) {
            fail(armed, Reasons.CONTENT_ALTERED, text(e));
        } catch (BadPackageException e) {
            // The platform's own installer looks last, and may see what nobody else can.
            fail(armed, e.reason(), text(e));
        }
    }

    private Outcome armed(UpdateState.Armed armed, Installer installer) throws IOException {
        DesiredTarget target = armed.target();
        return switch (installer.standing(target)) {
            case NOT_SWITCHED -> {
                if (tooMany(armed)) {
                    fail(armed, Reasons.TOO_MANY_TRANSITIONS, "the switch was made again and again and never held");
                } else {
                    UpdateState.Armed again = armed.again(clock.instant());
                    save(again);
                    activate(again, installer);
                }
                yield Outcome.FINISHED;
            }
            case SWITCHED -> {
                if (tooMany(armed)) {
                    save(armed.trial(clock.instant())
                            .rollingBack(clock.instant(), Reasons.TOO_MANY_TRANSITIONS, "no restart took effect"));
                    yield Outcome.FINISHED;
                }
                save(armed.again(clock.instant()));
                yield restart();
            }
            case RUNNING -> {
                save(armed.trial(clock.instant()));
                yield Outcome.FINISHED;
            }
            case LEAVING, BACK -> {
                save(armed.trial(clock.instant())
                        .rollingBack(clock.instant(), Reasons.BOOT_FAILED, installer.whyBack()));
                yield Outcome.FINISHED;
            }
        };
    }

    private void trial(UpdateState.Trial trial, Installer installer) throws IOException {
        DesiredTarget target = trial.target();
        if (installer.standing(target) != Standing.RUNNING) {
            save(trial.rollingBack(clock.instant(), Reasons.BOOT_FAILED, installer.whyBack()));
            return;
        }
        // Local checks alone decide: a fleet behind a broken link must not roll back a healthy image.
        var problem = installer.problem(target);
        if (problem.isPresent()) {
            save(trial.rollingBack(clock.instant(), Reasons.HEALTH_CHECK_FAILED, problem.get()));
        } else {
            installer.commit(target);
            save(trial.committed(clock.instant()));
            installer.discard(target);
        }
    }

    private Outcome rollBack(UpdateState.RollingBack rollingBack, Installer installer) throws IOException {
        DesiredTarget target = rollingBack.target();
        return switch (installer.standing(target)) {
            case RUNNING, SWITCHED -> {
                installer.revert(target);
                if (installer.standing(target) == Standing.LEAVING) {
                    save(rollingBack.again(clock.instant()));
                    yield restart();
                }
                yield end(rollingBack, installer);
            }
            case LEAVING -> {
                save(rollingBack.again(clock.instant()));
                yield restart();
            }
            case BACK, NOT_SWITCHED -> end(rollingBack, installer);
        };
    }

    private Outcome end(UpdateState.RollingBack rollingBack, Installer installer) throws IOException {
        save(rollingBack.rolledBack(clock.instant()));
        installer.discard(rollingBack.target());
        return Outcome.FINISHED;
    }

    private Outcome restart() {
        return restart.getAsBoolean() ? Outcome.RESTARTING : Outcome.WAITING;
    }

    private static boolean tooMany(UpdateState state) {
        return state.step().transitions() > UpdateState.MAX_TRANSITIONS;
    }

    private void fail(UpdateState state, String reason, String message) throws IOException {
        save(state.failed(clock.instant(), reason, message));
        installers.apply(state.target().name()).discard(state.target());
    }

    private void save(UpdateState state) throws IOException {
        journal.save(journal.state().with(state));
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null ? "no reason given" : message;
    }
}

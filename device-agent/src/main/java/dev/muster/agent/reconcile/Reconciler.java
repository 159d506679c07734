package dev.muster.agent.reconcile;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.agent.update.UpdateMachine.Outcome;
import dev.muster.agent.update.UpdateState;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Desired minus actual, one step at a time: policy first, because a revocation must not wait behind a download, the image
 * last, because it restarts the device. One thread.
 */
public final class Reconciler {
    private final Journal journal;
    private final UpdateMachine machine;
    private final Function<TargetName, Installer> installers;
    private final InstantSource clock;
    private final AgentLog log;
    private final List<String> problems = new ArrayList<>();

    public Reconciler(
            Journal journal,
            UpdateMachine machine,
            Function<TargetName, Installer> installers,
            InstantSource clock,
            AgentLog log) {
        this.journal = journal;
        this.machine = machine;
        this.installers = installers;
        this.clock = clock;
        this.log = log;
    }

    /** How a pass ended. */
    public enum Result {
        /** Everything the document asks for is in force or has a final condition. */
        SETTLED,
        /** What is left waits for a window or for somebody on the device. */
        HELD,
        /** Something could not be finished now; worth another try soon. */
        UNFINISHED,
        /** The device is about to restart; do nothing more. */
        RESTARTING
    }

    /**
     * Brings updates that passed the switch to their end. Needs no document and no network: what was switched to must be
     * judged by the device alone.
     */
    public Result resume() throws IOException {
        for (UpdateState state : List.copyOf(journal.state().updates().values())) {
            if (UpdateMachine.isSwitched(state)
                    && machine.proceed(state.target().name()) == Outcome.RESTARTING) {
                return Result.RESTARTING;
            }
        }
        return Result.SETTLED;
    }

    /**
     * Switches to what is written and was held, where it may be now. For a device without a link: what is written was
     * verified when the document asked for it, and a window that was promised counts without the server.
     */
    public Result releaseHeld() throws IOException {
        Result result = Result.SETTLED;
        for (UpdateState state : List.copyOf(journal.state().updates().values())) {
            if (state instanceof UpdateState.Written) {
                result = worse(result, result(machine.proceed(state.target().name())));
                if (result == Result.RESTARTING) {
                    break;
                }
            }
        }
        return result;
    }

    /**
     * One pass towards {@code desired}, which was verified just now.
     *
     * @throws UpdateMachine.Yielded if a transfer made way; begin again with a fresh document
     * @throws IOException if the journal cannot be written
     */
    public Result reconcile(DesiredState desired) throws IOException {
        problems.clear();
        if (resume() == Result.RESTARTING) {
            return Result.RESTARTING;
        }
        journal.save(journal.state().withGeneration(desired.generation()).retainConditions(desired.named()));
        supersede(desired);
        Result result = Result.SETTLED;
        for (TargetName name : desired.absent()) {
            result = worse(result, attempt(name, () -> remove(name)));
        }
        List<DesiredTarget> ordered = desired.targets().stream()
                .sorted(Comparator.comparingInt(target -> order(target.name())))
                .toList();
        for (DesiredTarget target : ordered) {
            result = worse(result, attempt(target.name(), () -> bring(target)));
            if (result == Result.RESTARTING) {
                break;
            }
        }
        return result;
    }

    /** What kept the last pass from its end. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private interface Step {
        Result run() throws IOException;
    }

    // One target that cannot be finished must not keep the others from theirs.
    private Result attempt(TargetName name, Step step) throws UpdateMachine.Yielded {
        try {
            return step.run();
        } catch (UpdateMachine.Yielded e) {
            throw e;
        } catch (IOException e) {
            String line = "`" + name.text() + "` is not finished: " + e.getMessage();
            log.line(line);
            problems.add(line);
            return Result.UNFINISHED;
        }
    }

    private Result bring(DesiredTarget target) throws IOException {
        Optional<UpdateState> running = journal.state().update(target.name());
        if (running.isPresent()) {
            machine.follow(running.get(), target);
            return result(machine.proceed(target.name()));
        }
        Installer installer = installers.apply(target.name());
        if (installer.inForce().equals(Optional.of(target.sha256()))) {
            installer.renew(target);
            journal.save(journal.state().withInForce(target, clock.instant()));
            return Result.SETTLED;
        }
        if (journal.state().isRefused(target)) {
            return Result.SETTLED;
        }
        return result(machine.begin(target));
    }

    private Result remove(TargetName name) throws IOException {
        TargetCondition known = journal.state().conditions().get(name);
        boolean gone = installers.apply(name).inForce().isEmpty();
        if (gone && known != null && known.state() == ConditionState.ABSENT) {
            return Result.SETTLED;
        }
        // Removal needs no journal: the document asks for it again after a power cut, and doing it twice is doing it
        // once.
        installers.apply(name).remove();
        journal.save(journal.state()
                .withCondition(new TargetCondition(
                        name, ConditionState.ABSENT, clock.instant(), 100, "", "", "", Optional.empty())));
        return Result.SETTLED;
    }

    private void supersede(DesiredState desired) throws IOException {
        AgentState state = journal.state();
        for (UpdateState update : List.copyOf(state.updates().values())) {
            boolean wanted = desired.targets().stream()
                    .anyMatch(target -> target.name().equals(update.target().name())
                            && target.sha256().equals(update.target().sha256()));
            if (!wanted && !UpdateMachine.isSwitched(update)) {
                machine.supersede(update);
            }
        }
    }

    private static Result result(Outcome outcome) {
        return switch (outcome) {
            case FINISHED, WAITING -> Result.SETTLED;
            case HELD -> Result.HELD;
            case RESTARTING -> Result.RESTARTING;
        };
    }

    private static Result worse(Result a, Result b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static int order(TargetName name) {
        return switch (name) {
            case TargetName.Policy p -> 0;
            case TargetName.Capabilities c -> 0;
            case TargetName.PolicyShadow s -> 0;
            case TargetName.Settings s -> 1;
            case TargetName.App a -> 2;
            case TargetName.Image i -> 3;
        };
    }
}

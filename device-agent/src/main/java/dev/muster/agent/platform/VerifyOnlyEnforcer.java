package dev.muster.agent.platform;

import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A platform without a permission table: decisions bind where services ask the agent. Processes are found by what they
 * execute: a program below the app's directory. Immutable.
 */
final class VerifyOnlyEnforcer implements PermissionEnforcer {
    private final PlatformTraits traits;
    private final Function<String, Optional<Path>> location;

    /** {@code location} of an app's files by bundle name, empty where it has none. */
    VerifyOnlyEnforcer(PlatformTraits traits, Function<String, Optional<Path>> location) {
        this.traits = traits;
        this.location = location;
    }

    @Override
    public PlatformTraits traits() {
        return traits;
    }

    @Override
    public Enforcement level(AppKey app, PermissionDefinition permission) {
        return traits.predict(permission);
    }

    @Override
    public boolean holdsTable() {
        return false;
    }

    @Override
    public boolean mayHaveChanged() {
        return false;
    }

    @Override
    public Map<Entry, Boolean> read() {
        return Map.of();
    }

    @Override
    public List<Outcome> apply(List<Change> changes) {
        return changes.stream()
                .map(change -> (Outcome) new Outcome.NoMeans(new Enforcement.AtVerify()))
                .toList();
    }

    // A process of another owner does not say what it executes; then zero would be a guess.
    @Override
    public Optional<Long> processes(AppKey app) {
        return location.apply(app.bundle()).map(directory -> ProcessHandle.allProcesses()
                .map(process -> process.info().command())
                .flatMap(Optional::stream)
                .filter(command -> Path.of(command).startsWith(directory))
                .count());
    }
}

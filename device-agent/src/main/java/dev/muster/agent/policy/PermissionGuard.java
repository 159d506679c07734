package dev.muster.agent.policy;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.platform.PermissionEnforcer;
import dev.muster.agent.platform.PermissionEnforcer.Change;
import dev.muster.agent.platform.PermissionEnforcer.Entry;
import dev.muster.agent.platform.PermissionEnforcer.Outcome;
import dev.muster.agent.platform.Platform;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps the platform's own permission table at what the policy in force decides, and tells what deviates. A new decision
 * is brought about; what somebody else changed is drift, put right promptly, with growing pauses when it comes back. A
 * revoke that would end processes waits for the maintenance window, unless a guard rail or an ended lease demands it.
 * Where services ask the agent they are told the decision at once, whatever the table says. Thread-safe.
 */
public final class PermissionGuard {
    /** A table that announces no change is read so often all the same. */
    private static final Duration FULL_LOOK = Duration.ofMinutes(1);

    /** A table that waits for processes to end, or for the window, is tried so often. */
    private static final Duration WAITING_LOOK = Duration.ofSeconds(10);

    private static final Set<Reason> FORCED = EnumSet.of(
            Reason.GUARD_RAIL, Reason.CEILING, Reason.LEASE_ENDED, Reason.LEASE_GUARD_RAIL, Reason.NO_POLICY);

    /** More events than this in one look are one line in the log. */
    private static final int MAX_EVENTS = 100;

    private final Parts parts;
    private final PermissionEnforcer enforcer;
    private final GuardJournal journal;
    private Map<Entry, PolicyKeeper.Decided> wanted = new TreeMap<>();
    private Optional<Basis> basis = Optional.empty();
    private Map<Entry, Boolean> applied = new TreeMap<>();
    private final Map<Entry, Instant> observed = new TreeMap<>();
    private int eventsOfLook;
    private final Map<Entry, Boolean> actual = new TreeMap<>();
    private final Set<Entry> waiting = new TreeSet<>();
    private Instant lastLook = Instant.EPOCH;
    private boolean first = true;
    private List<Deviation> told = List.of();

    /** Takes an event; throws if it cannot be kept. */
    public interface Events {
        void event(DeviceEvent event) throws IOException;
    }

    /**
     * What the guard works with.
     *
     * @param reportChanged called when what {@link #deviations} or the lease says has changed
     */
    record Parts(
            PolicyKeeper policy,
            CapabilityKeeper capabilities,
            Platform platform,
            DeviceTime time,
            AgentSettings settings,
            Events events,
            Runnable reportChanged,
            AgentLog log) {}

    /** All that decisions depend on; minutes are the finest grain of time. */
    private record Basis(
            Optional<String> policy,
            Optional<String> capabilities,
            LeaseState lease,
            Situation situation,
            long minute) {}

    /**
     * A cell that the table holds otherwise than decided.
     *
     * @param waits whether the device itself lets it be for now
     */
    public record Deviation(
            Entry entry, boolean wanted, Enforcement level, Instant since, long repeats, boolean waits) {}

    PermissionGuard(Parts parts, GuardJournal journal) {
        this.parts = parts;
        this.enforcer = parts.platform().permissions();
        this.journal = journal;
    }

    /** One look: called every second, and at once when something else is in force. */
    public synchronized void look() {
        try {
            boolean leaseChanged = tellLease();
            boolean settled = enforcer.holdsTable() && settle(parts.time().instant());
            if (!leaseChanged && !settled) {
                return;
            }
            journal.save();
            List<Deviation> now = deviations();
            if (leaseChanged || !now.equals(told)) {
                told = now;
                parts.reportChanged().run();
            }
        } catch (IOException | RuntimeException e) {
            // INVARIANT (the guard never dies): a look that failed is followed by another.
            parts.log().line("the permission table could not be settled: " + e.getMessage());
        }
    }

    /** What deviates now, by app and permission. */
    public synchronized List<Deviation> deviations() {
        Map<Entry, Deviation> result = new TreeMap<>();
        observed.forEach((entry, since) -> result.put(entry, deviation(entry, since, 0, false)));
        waiting.forEach(entry -> result.put(entry, deviation(entry, lastLook, 0, true)));
        journal.drifts
                .open()
                .forEach(known -> result.put(
                        known.entry(), deviation(known.entry(), known.since(), known.repeats(), known.isBackingOff())));
        return List.copyOf(result.values());
    }

    private Deviation deviation(Entry entry, Instant since, long repeats, boolean waits) {
        return new Deviation(entry, isWanted(entry), level(entry), since, repeats, waits);
    }

    // A state is told once, restarts included; going back to "holds" is worth telling only after an end.
    private boolean tellLease() throws IOException {
        if (parts.policy().sha256().isEmpty()) {
            return false;
        }
        LeaseState lease = parts.policy().lease();
        LeaseState before = journal.toldLease.orElse(LeaseState.HOLDS);
        journal.toldLease = Optional.of(lease);
        if (lease == before) {
            return false;
        }
        String state = PolicyKeeper.text(lease);
        parts.log().line("the policy's lease: " + state);
        parts.events()
                .event(new PermissionEvent.Lease(state, parts.policy().version())
                        .at(parts.time().instant()));
        return true;
    }

    /** Compares and corrects, if anything may be to be done; true if it was. */
    private boolean settle(Instant now) throws IOException {
        boolean decided = decide(now);
        boolean due = decided
                || first
                || enforcer.mayHaveChanged()
                || (!waiting.isEmpty() && !now.isBefore(lastLook.plus(WAITING_LOOK)))
                || journal.drifts.anyDue(now)
                || !now.isBefore(lastLook.plus(FULL_LOOK));
        if (!due) {
            return false;
        }
        lastLook = now;
        eventsOfLook = 0;
        journal.drifts.forget(now);
        actual.clear();
        actual.putAll(enforcer.read());
        if (parts.policy().sha256().isEmpty() && applied.isEmpty()) {
            return true; // never had a say: what is there is not ours
        }
        List<Change> changes = compare(now);
        if (!changes.isEmpty()) {
            conclude(changes, apply(changes), now);
        }
        if (waiting.isEmpty()) {
            journal.applied = digest();
        }
        if (parts.policy().sha256().isEmpty()) {
            // Taken back what the last policy gave; from here on the table is not ours.
            applied = new TreeMap<>();
            journal.drifts.clear();
        }
        first = false;
        return true;
    }

    /** Computes the decisions anew where what they depend on changed; true if they may differ. */
    private boolean decide(Instant now) {
        Situation situation = parts.platform().situation(now);
        Basis next = new Basis(
                parts.policy().sha256(),
                parts.capabilities().sha256(),
                parts.policy().lease(),
                situation.withNow(Instant.EPOCH),
                now.getEpochSecond() / 60);
        if (basis.equals(Optional.of(next))) {
            return false;
        }
        wanted = parts.policy().decisions(situation);
        basis = Optional.of(next);
        if (first && journal.applied.equals(digest())) {
            // Brought about before the restart already: what differs now was changed meanwhile.
            wanted.forEach((entry, decision) -> applied.put(entry, decision.granted()));
        }
        return true;
    }

    private List<Change> compare(Instant now) throws IOException {
        List<Change> changes = new ArrayList<>();
        Set<Entry> cells = new TreeSet<>(wanted.keySet());
        cells.addAll(applied.keySet());
        // An app that the policy does not know yet, because it was installed just now, is left alone.
        Set<AppKey> apps = wanted.keySet().stream().map(Entry::app).collect(Collectors.toSet());
        actual.forEach((entry, granted) -> {
            if (granted && apps.contains(entry.app())) {
                cells.add(entry);
            }
        });
        observed.keySet().retainAll(cells);
        waiting.retainAll(cells);
        for (Entry entry : cells) {
            boolean want = isWanted(entry);
            if (isInOrder(entry, want)) {
                applied.put(entry, want);
                observed.remove(entry);
                waiting.remove(entry);
                journal.drifts.restored(entry, now);
            } else if (!canChange(level(entry))) {
                observed.putIfAbsent(entry, now);
            } else {
                deviates(entry, want, now).ifPresent(changes::add);
            }
        }
        return changes;
    }

    // A cell that the table does not know is not granted; but a denial of ours is written down once.
    private boolean isInOrder(Entry entry, boolean want) {
        Boolean is = actual.get(entry);
        return is == null ? !want && applied.containsKey(entry) : is == want;
    }

    /** The change that is due for a cell that deviates; empty while it has to wait. */
    private Optional<Change> deviates(Entry entry, boolean want, Instant now) throws IOException {
        observed.remove(entry);
        boolean drift = isDrift(entry, want);
        boolean wasOpen = journal.drifts.isOpen(entry, want);
        Optional<DriftBook.Case> known = drift
                ? journal.drifts.found(entry, want, now)
                : journal.drifts.find(entry).filter(c -> c.open() && c.wanted() == want);
        if (known.isPresent() && !known.get().isDue(now)) {
            if (!wasOpen) {
                tell(entry, want, known.get().repeats(), PermissionEvent.Drift.BACKING_OFF, now);
            }
            return Optional.empty();
        }
        return Optional.of(new Change(entry, want, drift || mayEndProcesses(entry)));
    }

    /** Whether somebody else changed the cell, rather than the policy. */
    private boolean isDrift(Entry entry, boolean want) {
        Boolean before = applied.get(entry);
        if (before != null) {
            return before == want;
        }
        return journal.drifts.find(entry).isPresent() || (!first && !wanted.containsKey(entry));
    }

    private List<Outcome> apply(List<Change> changes) {
        try {
            return enforcer.apply(changes);
        } catch (IOException e) {
            return changes.stream()
                    .map(change -> (Outcome) new Outcome.Failed(-1, String.valueOf(e.getMessage())))
                    .toList();
        }
    }

    private void conclude(List<Change> changes, List<Outcome> outcomes, Instant now) throws IOException {
        for (int i = 0; i < changes.size(); i++) {
            Entry entry = changes.get(i).entry();
            boolean want = changes.get(i).granted();
            switch (outcomes.get(i)) {
                case Outcome.Done done -> {
                    applied.put(entry, want);
                    waiting.remove(entry);
                    Optional<DriftBook.Case> known = journal.drifts.find(entry).filter(DriftBook.Case::open);
                    if (known.isPresent()) {
                        tell(entry, want, known.get().repeats(), PermissionEvent.Drift.RESTORED, now);
                        journal.drifts.restored(entry, now);
                    }
                    if (done.killed() > 0) {
                        parts.log().line("revoking " + text(entry) + " ended " + done.killed() + " processes");
                    }
                }
                case Outcome.Waits waits -> {
                    if (waiting.add(entry)) {
                        parts.log()
                                .line("revoking " + text(entry) + " waits for the maintenance window: "
                                        + waits.processes() + " processes run");
                    }
                }
                case Outcome.Failed failed -> {
                    parts.log()
                            .line("changing " + text(entry) + " failed with " + failed.code() + ": " + failed.text());
                    journal.drifts.found(entry, want, now);
                    long repeats = journal.drifts
                            .failed(entry, now)
                            .map(DriftBook.Case::repeats)
                            .orElse(0L);
                    tell(entry, want, repeats, PermissionEvent.Drift.FAILED, now);
                }
                case Outcome.NoMeans none -> observed.putIfAbsent(entry, now);
            }
        }
    }

    private void tell(Entry entry, boolean want, long repeats, String action, Instant now) throws IOException {
        if (++eventsOfLook > MAX_EVENTS) {
            return;
        }
        parts.events()
                .event(new PermissionEvent.Drift(
                                UsageRecorder.app(entry.app()),
                                entry.permission(),
                                want,
                                !want,
                                level(entry).code(),
                                repeats,
                                action)
                        .at(now));
    }

    private boolean isWanted(Entry entry) {
        PolicyKeeper.Decided decision = wanted.get(entry);
        return decision != null && decision.granted();
    }

    // What a guard rail or an ended lease takes away, and what no policy gives, does not wait for anybody.
    private boolean mayEndProcesses(Entry entry) {
        PolicyKeeper.Decided decision = wanted.get(entry);
        if (decision == null || FORCED.contains(decision.reason())) {
            return true;
        }
        return parts.settings()
                .revokeWindow()
                .map(window ->
                        window.isOpen(parts.policy().minuteOfDay(parts.time().instant())))
                .orElse(true);
    }

    /** How far a decision on this cell binds here. */
    public Enforcement level(Entry entry) {
        return PermissionCatalog.builtIn()
                .find(entry.permission())
                .map(permission -> enforcer.level(entry.app(), permission))
                .orElseGet(Enforcement.AtVerify::new);
    }

    private static boolean canChange(Enforcement level) {
        return switch (level) {
            case Enforcement.ByOs os -> true;
            case Enforcement.AtVerify verify -> true;
            case Enforcement.ObservedOnly only -> false;
            case Enforcement.Impossible impossible -> false;
        };
    }

    private String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            wanted.forEach((entry, decision) ->
                    sha256.update((text(entry) + " " + decision.granted() + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String text(Entry entry) {
        return "`" + entry.permission() + "` of `" + entry.app() + "`";
    }
}

package dev.muster.agent.update;

import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All the agent must know after a power cut, in one document, so that no two parts of it can disagree.
 *
 * @param generation of the desired state last verified
 * @param updates the updates in progress, at most one per target name
 * @param conditions the last known condition of every target
 * @param counters the highest release counter that was ever in force, per target name
 * @param refused targets ({@code name sha256}) not to be tried again until the generation is higher than the value;
 *     {@link #QUARANTINED} is never
 */
public record AgentState(
        long generation,
        Map<TargetName, UpdateState> updates,
        Map<TargetName, TargetCondition> conditions,
        Map<String, Long> counters,
        Map<String, Long> refused) {
    /** Value in {@code refused} of bytes that were tried and proved bad. */
    public static final long QUARANTINED = Long.MAX_VALUE;

    private static final int MAX_REFUSED = 64;

    public AgentState {
        updates = Collections.unmodifiableMap(new TreeMap<>(updates));
        conditions = Collections.unmodifiableMap(new TreeMap<>(conditions));
        counters = Map.copyOf(counters);
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }

    /** Before anything happened. */
    public static AgentState initial() {
        return new AgentState(0, Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The device has verified the document of this generation. */
    public AgentState withGeneration(long value) {
        return new AgentState(value, updates, conditions, counters, refused);
    }

    /** A condition that is not an update's: in force already, or absent. */
    public AgentState withCondition(TargetCondition condition) {
        Map<TargetName, TargetCondition> next = new TreeMap<>(conditions);
        next.put(condition.name(), condition);
        return new AgentState(generation, updates, next, counters, refused);
    }

    /** The update of this target in progress. */
    public Optional<UpdateState> update(TargetName name) {
        return Optional.ofNullable(updates.get(name));
    }

    /** The last known condition of this target. */
    public Optional<TargetCondition> condition(TargetName name) {
        return Optional.ofNullable(conditions.get(name));
    }

    /** {@code target} was found in force without an update of ours, or still is. */
    public AgentState withInForce(DesiredTarget target, Instant now) {
        TargetCondition known = conditions.get(target.name());
        boolean same = known != null
                && known.state() == ConditionState.COMMITTED
                && known.sha256().equals(Optional.of(target.sha256()));
        return same ? this : with(new UpdateState.Committed(new UpdateState.Step(target, now, 0)));
    }

    /** Forgets conditions of targets that the document no longer names; what they left on the device stays. */
    public AgentState retainConditions(Set<TargetName> named) {
        Map<TargetName, TargetCondition> next = new TreeMap<>(conditions);
        next.keySet().retainAll(named);
        return new AgentState(generation, updates, next, counters, refused);
    }

    /** Takes an update a state further; a final state ends it and leaves what is to be remembered. */
    public AgentState with(UpdateState state) {
        AgentState next = withCondition(state.condition());
        DesiredTarget target = state.target();
        String name = target.name().text();
        return switch (state) {
            case UpdateState.Committed s -> {
                Map<String, Long> higher = new TreeMap<>(counters);
                higher.merge(name, target.releaseCounter(), Math::max);
                yield new AgentState(generation, without(target.name()), next.conditions, higher, refused);
            }
            case UpdateState.RolledBack s -> next.refuse(target, QUARANTINED);
            case UpdateState.Failed s ->
                next.refuse(target, Reasons.isQuarantined(s.reason()) ? QUARANTINED : generation);
            case UpdateState.Offered s -> next.inProgress(s);
            case UpdateState.Verified s -> next.inProgress(s);
            case UpdateState.Fetching s -> next.inProgress(s);
            case UpdateState.Written s -> next.inProgress(s);
            case UpdateState.Armed s -> next.inProgress(s);
            case UpdateState.Trial s -> next.inProgress(s);
            case UpdateState.RollingBack s -> next.inProgress(s);
        };
    }

    /** Whether {@code target} failed before and must not be tried in the current generation. */
    public boolean isRefused(DesiredTarget target) {
        return refused.getOrDefault(refusalKey(target), -1L) >= generation;
    }

    /** Whether {@code target} would take the device back behind a release it already had. */
    public boolean isDowngrade(DesiredTarget target) {
        return target.releaseCounter() < counters.getOrDefault(target.name().text(), 0L);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("generation", generation);
        map.put("updates", updates.values().stream().map(UpdateState::toMap).toList());
        ReportedState report = new ReportedState(generation, Map.of(), List.copyOf(conditions.values()));
        map.put("reported", JsonObject.parse(report.toJson()).members());
        map.put("counters", counters);
        map.put("refused", refused);
        return JsonObject.write(map);
    }

    public static AgentState fromJson(byte[] bytes) {
        JsonObject json = JsonObject.parse(bytes);
        Map<TargetName, TargetCondition> conditions = new TreeMap<>();
        ReportedState.fromJson(JsonObject.write(json.object("reported").members()))
                .targets()
                .forEach(condition -> conditions.put(condition.name(), condition));
        Map<TargetName, UpdateState> updates = new TreeMap<>();
        json.objects("updates", UpdateState::find)
                .forEach(found ->
                        found.ifPresent(state -> updates.put(state.target().name(), state)));
        return new AgentState(
                json.number("generation"),
                updates,
                conditions,
                numbers(json.object("counters")),
                numbers(json.object("refused")));
    }

    private AgentState inProgress(UpdateState state) {
        Map<TargetName, UpdateState> next = new TreeMap<>(updates);
        next.put(state.target().name(), state);
        return new AgentState(generation, next, conditions, counters, refused);
    }

    private AgentState refuse(DesiredTarget target, long until) {
        Map<String, Long> next = new LinkedHashMap<>(refused);
        next.remove(refusalKey(target));
        next.put(refusalKey(target), until);
        while (next.size() > MAX_REFUSED) {
            next.remove(next.keySet().iterator().next());
        }
        return new AgentState(generation, without(target.name()), conditions, counters, next);
    }

    private Map<TargetName, UpdateState> without(TargetName name) {
        Map<TargetName, UpdateState> next = new TreeMap<>(updates);
        next.remove(name);
        return next;
    }

    private static String refusalKey(DesiredTarget target) {
        return target.name().text() + " " + target.sha256();
    }

    private static Map<String, Long> numbers(JsonObject json) {
        Map<String, Long> result = new LinkedHashMap<>();
        json.members().keySet().forEach(name -> result.put(name, json.number(name)));
        return result;
    }
}

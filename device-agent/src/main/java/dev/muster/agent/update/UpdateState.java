package dev.muster.agent.update;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the one update in progress stands. The methods of a state are the transitions that leave it; each result is
 * persisted before the agent does what the state says (ADR 0005).
 */
public sealed interface UpdateState {
    /** More transitions than this within one update mean a loop, and end it. */
    int MAX_TRANSITIONS = 28;

    /** What every state carries: the target, when the state was entered, how many states came before. */
    record Step(DesiredTarget target, Instant since, int transitions) {
        Step next(Instant now) {
            return new Step(target, now, transitions + 1);
        }
    }

    Step step();

    /** Seen in verified metadata; nothing was checked against this device yet. */
    record Offered(Step step) implements UpdateState {
        Verified verified(Instant now) {
            return new Verified(step.next(now));
        }
    }

    /** Fits this device; the first byte may be asked for. */
    record Verified(Step step) implements UpdateState {
        Fetching fetching(Instant now) {
            return new Fetching(step.next(now), 0);
        }
    }

    /** The first {@code bytes} bytes are durable where they belong. */
    record Fetching(Step step, long bytes) implements UpdateState {
        /** Progress is no transition: a long download on a bad line must not look like a loop. */
        Fetching at(long position) {
            return new Fetching(step, position);
        }

        Written written(Instant now) {
            return new Written(step.next(now));
        }

        int percent() {
            long length = step.target().length();
            return length == 0 ? 100 : (int) Math.min(100, bytes * 100 / length);
        }
    }

    /**
     * All bytes were read back from where they lie, and their digest is right.
     *
     * @param reason why the switch waits, see {@link InstallGate}; empty where it does not
     */
    record Written(Step step, String reason, String message) implements UpdateState {
        Written(Step step) {
            this(step, "", "");
        }

        /** Waiting is no transition: a window may be weeks away. */
        Written held(InstallGate.Hold hold) {
            return new Written(step, hold.reason(), hold.message());
        }

        Armed armed(Instant now) {
            return new Armed(step.next(now));
        }
    }

    /** The switch is about to be made, or was made and a restart is due. */
    record Armed(Step step) implements UpdateState {
        /** The switch or the restart did not happen; try once more. */
        Armed again(Instant now) {
            return new Armed(step.next(now));
        }

        Trial trial(Instant now) {
            return new Trial(step.next(now));
        }
    }

    /** The new is in force, until the local health checks have spoken. */
    record Trial(Step step) implements UpdateState {
        Committed committed(Instant now) {
            return new Committed(step.next(now));
        }

        RollingBack rollingBack(Instant now, String reason, String message) {
            return new RollingBack(step.next(now), reason, message);
        }
    }

    /** The old is about to be put back, or was and a restart is due. */
    record RollingBack(Step step, String reason, String message) implements UpdateState {
        RollingBack again(Instant now) {
            return new RollingBack(step.next(now), reason, message);
        }

        RolledBack rolledBack(Instant now) {
            return new RolledBack(step.next(now), reason, message);
        }
    }

    /** The new is in force for good. */
    record Committed(Step step) implements UpdateState {}

    /** The old is in force again. */
    record RolledBack(Step step, String reason, String message) implements UpdateState {}

    /** Refused or broken off before the switch; the old never left. */
    record Failed(Step step, String reason, String message) implements UpdateState {}

    default DesiredTarget target() {
        return step().target();
    }

    /** The same state where the document now asks for the same bytes by another rule. */
    default UpdateState by(InstallRule rule) {
        Step next = new Step(target().by(rule), step().since(), step().transitions());
        return switch (this) {
            case Offered s -> new Offered(next);
            case Verified s -> new Verified(next);
            case Fetching s -> new Fetching(next, s.bytes);
            case Written s -> new Written(next, s.reason, s.message);
            case Armed s -> this;
            case Trial s -> this;
            case RollingBack s -> this;
            case Committed s -> this;
            case RolledBack s -> this;
            case Failed s -> this;
        };
    }

    /** Ends an update that has not been switched to. */
    default Failed failed(Instant now, String reason, String message) {
        return new Failed(step().next(now), reason, message);
    }

    /** The state as the server sees it. */
    default TargetCondition condition() {
        return switch (this) {
            case Offered s -> condition(ConditionState.OFFERED, 0, "", "");
            case Verified s -> condition(ConditionState.VERIFIED, 0, "", "");
            case Fetching s -> condition(ConditionState.FETCHING, s.percent(), "", "");
            case Written s -> condition(ConditionState.WRITTEN, 100, s.reason, s.message);
            case Armed s -> condition(ConditionState.ARMED, 100, "", "");
            case Trial s -> condition(ConditionState.TRIAL, 100, "", "");
            case RollingBack s -> condition(ConditionState.TRIAL, 100, s.reason, s.message);
            case Committed s -> condition(ConditionState.COMMITTED, 100, "", "");
            case RolledBack s -> condition(ConditionState.ROLLED_BACK, 100, s.reason, s.message);
            case Failed s -> condition(ConditionState.FAILED, 0, s.reason, s.message);
        };
    }

    private TargetCondition condition(ConditionState state, int progress, String reason, String message) {
        DesiredTarget target = target();
        return new TargetCondition(
                target.name(),
                state,
                step().since(),
                progress,
                reason,
                message,
                target.version(),
                Optional.of(target.sha256()));
    }

    default Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("target", target().toMap());
        map.put("since", step().since().toString());
        map.put("transitions", step().transitions());
        switch (this) {
            case Offered s -> map.put("state", "offered");
            case Verified s -> map.put("state", "verified");
            case Fetching s -> {
                map.put("state", "fetching");
                map.put("bytes", s.bytes);
            }
            case Written s -> ended(map, "written", s.reason, s.message);
            case Armed s -> map.put("state", "armed");
            case Trial s -> map.put("state", "trial");
            case RollingBack s -> ended(map, "rolling-back", s.reason, s.message);
            case Committed s -> map.put("state", "committed");
            case RolledBack s -> ended(map, "rolled-back", s.reason, s.message);
            case Failed s -> ended(map, "failed", s.reason, s.message);
        }
        return map;
    }

    private static void ended(Map<String, Object> map, String state, String reason, String message) {
        map.put("state", state);
        map.put("reason", reason);
        map.put("message", message);
    }

    /** Empty where a later version of the agent, rolled back since, was busy with a target unknown to this one. */
    static Optional<UpdateState> find(JsonObject json) {
        String name = json.object("target").string("name");
        return TargetName.find(name).map(known -> from(json));
    }

    private static UpdateState from(JsonObject json) {
        Step step = new Step(
                DesiredTarget.from(json.object("target")), json.instant("since"), (int) json.number("transitions"));
        String reason = json.optionalString("reason").orElse("");
        String message = json.optionalString("message").orElse("");
        return switch (json.string("state")) {
            case "offered" -> new Offered(step);
            case "verified" -> new Verified(step);
            case "fetching" -> new Fetching(step, json.number("bytes"));
            case "written" -> new Written(step, reason, message);
            case "armed" -> new Armed(step);
            case "trial" -> new Trial(step);
            case "rolling-back" -> new RollingBack(step, reason, message);
            case "committed" -> new Committed(step);
            case "rolled-back" -> new RolledBack(step, reason, message);
            case "failed" -> new Failed(step, reason, message);
            case String other -> throw new ProtocolException("expected an update state, found `" + other + "`");
        };
    }
}

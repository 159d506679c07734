package dev.muster.policy.conformance;

import dev.muster.policy.atm.Answer;
import dev.muster.policy.atm.Atm;
import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.InstallOutcome;
import dev.muster.policy.token.AccessTokenId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One vector's device: its clock, its tokens by alias, and who runs which operation of the schema. */
final class Device {
    private static final long MAX_ADVANCE_SECONDS = 1_000_000_000;

    final Atm atm;
    private final Map<String, AccessTokenId> aliases = new HashMap<>();
    private final TokenSteps tokens = new TokenSteps(this);
    private final PermissionSteps permissions = new PermissionSteps(this);
    private final PolicySteps policies = new PolicySteps(this);
    private final UserSteps users = new UserSteps(this);
    private Instant now = Instant.EPOCH;

    Device(Fields vector) {
        // A fixed seed: a vector that fails, fails again.
        this.atm = new Atm(Inputs.config(vector), () -> now, new SplittableRandom(1));
    }

    /** Runs one step and tells all that can be compared. */
    Map<String, Object> run(String operation, Fields step) {
        return switch (operation) {
            case "install" -> tokens.install(step);
            case "update" -> tokens.update(step);
            case "delete" -> tokens.delete(step);
            case "token_live" -> tokens.isLive(step);
            case "remote_set" -> tokens.setRemote(step);
            case "remote_delete" -> tokens.deleteRemote(step);
            case "verify" -> permissions.verify(step);
            case "flags" -> permissions.flags(step);
            case "state" -> permissions.state(step);
            case "list" -> permissions.list(step);
            case "value" -> permissions.value(step);
            case "grant" -> permissions.grant(step);
            case "revoke" -> permissions.revoke(step);
            case "short_grant" -> permissions.grantTimed(step);
            case "admin_set" -> policies.setByAdmin(step);
            case "clear_user_state" -> permissions.clearUserChoices(step);
            case "user_policy_set" -> policies.set(step);
            case "user_policy_clear" -> policies.clear(step);
            case "whitelist" -> policies.changeWhitelist(step);
            case "whitelist_get" -> policies.whitelist(step);
            case "request_state" -> users.ask(step);
            case "set_dialog_forbidden" -> users.forbidDialogs(step);
            case "toggle_set" -> users.setToggle(step);
            case "toggle_get" -> users.toggle(step);
            case "app_state" -> users.appState(step);
            case "form" -> users.form(step);
            case "task" -> users.task(step);
            case "advance" -> advance(step);
            default -> throw step.wrong("op", "a known operation");
        };
    }

    private Map<String, Object> advance(Fields step) {
        long seconds = step.number("seconds");
        if (seconds < 0 || seconds > MAX_ADVANCE_SECONDS) {
            throw step.wrong("seconds", "a number of 0 to " + MAX_ADVANCE_SECONDS);
        }
        now = now.plusSeconds(seconds);
        return code(AtmCode.OK);
    }

    /** The token a step speaks of; null means the invalid id. */
    AccessTokenId token(Fields step) {
        return step.isNull("token") ? AccessTokenId.INVALID : alias(step, "token");
    }

    AccessTokenId alias(Fields fields, String name) {
        AccessTokenId id = aliases.get(fields.text(name));
        if (id == null) {
            throw fields.wrong(name, "a token introduced before");
        }
        return id;
    }

    /** Binds the alias of a step; one whose first token was refused stands for the invalid id. */
    Map<String, Object> bind(Fields step, InstallOutcome outcome) {
        if (step.has("as")) {
            if (outcome.code().isOk()) {
                aliases.put(step.text("as"), outcome.token());
            } else {
                aliases.putIfAbsent(step.text("as"), AccessTokenId.INVALID);
            }
        }
        return outcome(outcome);
    }

    /** Names of tokens, sorted. */
    List<String> names(Collection<AccessTokenId> ids) {
        return aliases.entrySet().stream()
                .filter(entry -> ids.contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    static String status(boolean granted) {
        return granted ? "GRANTED" : "DENIED";
    }

    static Map<String, Object> code(AtmCode code) {
        return Map.of("code", code.name());
    }

    static Map<String, Object> answer(Answer<?> answer, String name) {
        Map<String, Object> out = new LinkedHashMap<>(code(answer.code()));
        answer.value().ifPresent(present -> out.put(name, present));
        return out;
    }

    static Map<String, Object> outcome(InstallOutcome outcome) {
        Map<String, Object> out = new LinkedHashMap<>(code(outcome.code()));
        out.put("attr", (long) outcome.attributes());
        outcome.failure().ifPresent(failure -> {
            out.put("failPermission", failure.permission());
            out.put("failRule", failure.rule().name());
        });
        return out;
    }
}

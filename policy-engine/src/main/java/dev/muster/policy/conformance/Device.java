package dev.muster.policy.conformance;

import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.Atm;
import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.AtmConfig;
import dev.muster.policy.atm.Caller;
import dev.muster.policy.atm.DialogAnswer;
import dev.muster.policy.atm.InstallOutcome;
import dev.muster.policy.atm.SandboxMode;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** One vector's device: its clock, its tokens by alias, and the operations of the schema in terms of {@link Atm}. */
final class Device {
    private static final String NORMAL_CALLER = "root";

    private final Atm atm;
    private final Map<String, AccessTokenId> aliases = new HashMap<>();
    private Instant now = Instant.EPOCH;

    Device(Fields vector) {
        Fields config = vector.object("config");
        Map<String, SandboxMode> modes = new HashMap<>();
        config.object("dlpModes")
                .map()
                .forEach((permission, mode) -> modes.put(
                        permission, SandboxMode.valueOf(Fields.text(mode).toUpperCase(Locale.ROOT))));
        this.atm = new Atm(
                new AtmConfig(
                        catalog(vector.object("definitions")),
                        config.flag("enterpriseNormalCheck"),
                        modes,
                        config.number("shortGrantMaxTotalSeconds", 1800),
                        AtmConfig.Strict.OFF),
                () -> now,
                // A fixed seed: a vector that fails, fails again.
                new SplittableRandom(1));
    }

    private static PermissionCatalog catalog(Fields definitions) {
        List<PermissionDefinition> list = new ArrayList<>();
        definitions.map().forEach((name, value) -> {
            Fields fields = Fields.of(value);
            list.add(PermissionDefinition.of(
                    name,
                    GrantMode.valueOf(fields.text("grantMode").toUpperCase(Locale.ROOT)),
                    Apl.parse(fields.text("availableLevel")).orElseThrow(),
                    AvailableType.valueOf(fields.text("availableType")),
                    fields.flag("provisionEnable"),
                    fields.flag("hasValue")));
        });
        return PermissionCatalog.of(list);
    }

    /** Runs one step and tells all that can be compared. */
    Map<String, Object> run(String operation, Fields step) {
        return switch (operation) {
            case "install", "update", "delete", "token_live", "remote_set", "remote_delete" -> tokens(operation, step);
            case "verify", "flags", "state", "list", "value" -> questions(operation, step);
            case "grant", "revoke", "admin_set", "clear_user_state", "short_grant" -> changes(operation, step);
            case "user_policy_set", "user_policy_clear", "whitelist", "whitelist_get" -> policies(operation, step);
            case "request_state", "set_dialog_forbidden", "toggle_set", "toggle_get" -> dialogs(operation, step);
            case "app_state", "form", "task", "advance" -> activity(operation, step);
            default -> throw new IllegalArgumentException("a known operation expected, found `" + operation + "`");
        };
    }

    private Map<String, Object> tokens(String operation, Fields step) {
        return switch (operation) {
            case "install" -> install(step);
            case "update" ->
                outcome(atm.update(
                        token(step),
                        traits(step.object("info")),
                        policy(step.object("policy")),
                        step.object("info").flag("dataRefresh"),
                        caller(step)));
            case "delete" -> code(atm.delete(token(step), step.flag("reserve"), caller(step)));
            case "token_live" -> Map.of("live", atm.isLive(token(step)));
            case "remote_set" -> remoteSet(step);
            default ->
                code(
                        step.has("token")
                                ? atm.deleteMapped(token(step))
                                : atm.deleteRemote(
                                        step.text("device"),
                                        id(
                                                step.has("remoteTokenId")
                                                        ? step.number("remoteTokenId")
                                                        : step.object("info").number("remoteTokenId"))));
        };
    }

    private Map<String, Object> install(Fields step) {
        Fields info = step.object("info");
        Optional<AccessTokenId> restore = Optional.empty();
        if (info.has("restoreToken")) {
            restore =
                    Optional.of(info.isNull("restoreToken") ? AccessTokenId.INVALID : alias(info.text("restoreToken")));
        }
        AppInfo app = new AppInfo(
                info.number("userId", 0),
                info.text("bundleName"),
                info.number("instIndex", 0),
                info.number("dlpType", 0),
                traits(info),
                restore);
        AppPolicy policy = policy(step.object("policy"));
        boolean raw = step.text("mode", "checked").equals("raw");
        return bind(step, raw ? atm.installRaw(app, policy, caller(step)) : atm.install(app, policy, caller(step)));
    }

    private Map<String, Object> remoteSet(Fields step) {
        Fields info = step.object("info");
        Atm.RemoteApp app = new Atm.RemoteApp(
                info.number("version", 1),
                info.number("userId", 0),
                info.text("bundleName"),
                info.number("instIndex", 0),
                info.number("dlpType", 0),
                id(info.number("remoteTokenId")));
        return bind(step, atm.setRemote(step.text("device"), app, requests(step, "states")));
    }

    private Map<String, Object> bind(Fields step, InstallOutcome outcome) {
        if (outcome.code().isOk() && step.has("as")) {
            aliases.put(step.text("as"), outcome.token());
        }
        return outcome(outcome);
    }

    private Map<String, Object> questions(String operation, Fields step) {
        AccessTokenId token = token(step);
        String permission = operation.equals("list") ? "" : step.text("permission");
        return switch (operation) {
            case "verify" -> {
                AccessTokenId asked = step.flag("render") ? token.render() : token;
                yield Map.of("result", status(atm.verify(asked, permission)));
            }
            case "flags" -> {
                Atm.Answer<Integer> flags = atm.flags(token, permission, caller(step));
                yield answer(flags.code(), "flags", flags.value().map(Integer::longValue));
            }
            case "state" ->
                atm.state(token, permission)
                        .map(state -> Map.<String, Object>of(
                                "declared",
                                true,
                                "status",
                                status(state.granted()),
                                "flags",
                                (long) state.flags(),
                                "restricted",
                                state.restricted()))
                        .orElse(Map.of("declared", false));
            case "list" -> {
                Atm.Answer<List<String>> list = atm.requested(token, step.flag("systemGrant"));
                Map<String, Object> out = answer(list.code(), "permissions", list.value());
                list.value().ifPresent(names -> out.put("list", names));
                yield out;
            }
            default -> {
                Atm.Answer<String> value = atm.value(token, permission);
                yield answer(value.code(), "value", value.value());
            }
        };
    }

    private Map<String, Object> changes(String operation, Fields step) {
        AccessTokenId token = token(step);
        return switch (operation) {
            case "grant" -> code(atm.grant(token, step.text("permission"), flags(step), scope(step), caller(step)));
            case "revoke" -> code(atm.revoke(token, step.text("permission"), flags(step), scope(step), caller(step)));
            case "admin_set" -> {
                String status = step.text("status");
                // The status is a number on the wire; one that is neither is refused before anything is looked at.
                yield status.equals("GRANTED") || status.equals("DENIED")
                        ? code(atm.setByAdmin(
                                token, step.texts("permissions"), status.equals("GRANTED"), flags(step), caller(step)))
                        : code(AtmCode.ERR_PARAM_INVALID);
            }
            case "clear_user_state" -> code(atm.clearUserChoices(token, caller(step)));
            default ->
                code(atm.grantTimed(
                        token,
                        step.text("permission"),
                        Math.clamp(step.number("seconds"), Integer.MIN_VALUE, Integer.MAX_VALUE)));
        };
    }

    private Map<String, Object> policies(String operation, Fields step) {
        return switch (operation) {
            case "user_policy_set" ->
                code(atm.setUserPolicy(
                        step.text("controller"),
                        step.list(
                                "policies",
                                value -> userPolicy(Fields.of(value)),
                                i -> new Atm.UserPolicy(
                                        "generated.permission." + i, List.of(new Atm.UserRestriction(0, true)), false)),
                        caller(step)));
            case "user_policy_clear" ->
                code(atm.clearUserPolicy(step.text("controller"), step.texts("permissions"), caller(step)));
            case "whitelist" -> {
                String type = step.text("type");
                yield type.equals("ADD") || type.equals("DELETE")
                        ? code(atm.changeWhitelist(
                                step.text("controller"),
                                token(step),
                                step.text("permission"),
                                type.equals("ADD"),
                                caller(step)))
                        : code(AtmCode.ERR_PARAM_INVALID);
            }
            default -> {
                Atm.Answer<Set<AccessTokenId>> tokens = atm.whitelist(step.text("permission"));
                yield answer(tokens.code(), "tokens", tokens.value().map(ids -> aliases.entrySet().stream()
                        .filter(entry -> ids.contains(entry.getValue()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList()));
            }
        };
    }

    private static Atm.UserPolicy userPolicy(Fields policy) {
        return new Atm.UserPolicy(
                policy.text("permission"),
                policy.list(
                        "users",
                        value -> new Atm.UserRestriction(
                                Fields.of(value).number("userId", 0),
                                Fields.of(value).flag("restricted")),
                        i -> new Atm.UserRestriction(i, true)),
                policy.flag("persist"));
    }

    private Map<String, Object> dialogs(String operation, Fields step) {
        return switch (operation) {
            case "request_state" -> requestState(step);
            case "set_dialog_forbidden" -> {
                boolean forbidden = step.flag("forbidden", step.flag("enable", !step.flag("allowed")));
                yield code(atm.forbidDialogs(token(step), forbidden, caller(step)));
            }
            case "toggle_set" -> {
                String status = step.text("status");
                yield status.equals("OPEN") || status.equals("CLOSED")
                        ? code(atm.setToggle(
                                step.number("userId", 0), step.text("permission"), status.equals("OPEN"), caller(step)))
                        : code(AtmCode.ERR_PARAM_INVALID);
            }
            default -> {
                Atm.Answer<Boolean> open = atm.toggle(step.number("userId", 0), step.text("permission"), caller(step));
                yield answer(open.code(), "status", open.value().map(isOpen -> isOpen ? "OPEN" : "CLOSED"));
            }
        };
    }

    private Map<String, Object> requestState(Fields step) {
        List<String> permissions = step.texts("permissions");
        Atm.Answer<DialogAnswer> asked = atm.ask(token(step), permissions);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("code", asked.code().name());
        if (asked.value().isPresent()) {
            DialogAnswer answer = asked.value().get();
            out.put("overall", answer.overall().name());
            out.put(
                    "states",
                    answer.answers().stream().map(one -> one.state().name()).toList());
        } else {
            out.put("overall", DialogAnswer.State.INVALID_OPER.name());
            out.put(
                    "states",
                    permissions.stream()
                            .map(one -> DialogAnswer.State.INVALID_OPER.name())
                            .toList());
        }
        return out;
    }

    private Map<String, Object> activity(String operation, Fields step) {
        switch (operation) {
            case "app_state" -> appState(step);
            case "form" -> atm.widget(token(step), step.flag("visible"));
            case "task" -> task(step);
            default -> now = now.plusSeconds(step.number("seconds"));
        }
        return Map.of();
    }

    private void appState(Fields step) {
        switch (step.text("state")) {
            case "FOREGROUND" -> atm.foreground(token(step));
            case "BACKGROUND" -> atm.background(token(step));
            case "STOPPED" -> atm.stopped(token(step));
            default -> throw new IllegalArgumentException("a known state expected, found `" + step.text("state") + "`");
        }
    }

    private void task(Fields step) {
        int id = step.number("id", 0);
        if (step.text("action").equals("START")) {
            atm.taskStarted(token(step), id, new HashSet<>(step.texts("types")));
        } else {
            atm.taskStopped(token(step), id);
        }
    }

    private static AppInfo.Traits traits(Fields info) {
        return new AppInfo.Traits(
                info.text("appId", "app"),
                info.number("apiVersion", 0),
                info.flag("systemApp"),
                info.flag("atomicService"),
                info.text("distributionType", ""),
                info.text("provisionType", "release"));
    }

    private static AppPolicy policy(Fields policy) {
        Map<String, Boolean> preAuthorized = new LinkedHashMap<>();
        policy.list("preAuth", Fields::of, i -> new Fields(Map.of("permission", "generated.permission." + i)))
                .forEach(one -> preAuthorized.put(one.text("permission"), one.flag("cancelable")));
        return new AppPolicy(
                Apl.parse(policy.text("apl")),
                policy.text("domain", "domain"),
                requests(policy, "request"),
                new HashSet<>(policy.texts("acls")),
                policy.textMap("aclValues"),
                preAuthorized,
                policy.flag("debugGrant"));
    }

    private static List<AppPolicy.Request> requests(Fields fields, String name) {
        return fields.list(
                name,
                value -> {
                    Fields request = Fields.of(value);
                    return new AppPolicy.Request(
                            request.text("permission"),
                            request.text("status", "DENIED").equals("GRANTED"),
                            flags(request));
                },
                i -> AppPolicy.Request.of("generated.permission." + i));
    }

    /** Flags as a name, a list of names, or a number; none where the field is missing. */
    private static int flags(Fields fields) {
        Object value = fields.value("flags").orElse(0L);
        if (value instanceof Long number) {
            return number.intValue();
        }
        int flags = 0;
        for (Object name : value instanceof List<?> names ? names : List.of(value)) {
            flags |= flag(Fields.text(name));
        }
        return flags;
    }

    private static int flag(String name) {
        List<String> names = List.of(
                "USER_SET",
                "USER_FIXED",
                "SYSTEM_FIXED",
                "PRE_AUTHORIZED_CANCELABLE",
                "COMPONENT_SET",
                "FIXED_FOR_SECURITY_POLICY",
                "ALLOW_THIS_TIME",
                "FIXED_BY_ADMIN_POLICY",
                "ADMIN_POLICIES_CANCEL",
                "RESTRICTED_BY_ADMIN");
        if (name.equals("DEFAULT")) {
            return 0;
        }
        int bit = names.indexOf(name);
        if (bit < 0) {
            throw new IllegalArgumentException("a known flag expected, found `" + name + "`");
        }
        return 1 << bit;
    }

    private static Atm.Scope scope(Fields step) {
        return Atm.Scope.valueOf(step.text("scope", "USER_GRANTED_PERM"));
    }

    private static Caller caller(Fields step) {
        return switch (step.text("caller", NORMAL_CALLER)) {
            case NORMAL_CALLER -> Caller.ROOT;
            case "normal_app" -> Caller.ORDINARY_APP;
            case "system_app_without_permission" -> Caller.SYSTEM_APP;
            case "without_edm_permission" ->
                new Caller(false, false, true, Set.of("ohos.permission.MANAGE_EDM_POLICY"));
            case "non_root_service" -> Caller.SERVICE;
            default ->
                throw new IllegalArgumentException("a known caller expected, found `" + step.text("caller") + "`");
        };
    }

    private AccessTokenId token(Fields step) {
        return step.isNull("token") ? AccessTokenId.INVALID : alias(step.text("token"));
    }

    private AccessTokenId alias(String alias) {
        AccessTokenId id = aliases.get(alias);
        if (id == null) {
            throw new IllegalArgumentException("a token introduced before expected, found `" + alias + "`");
        }
        return id;
    }

    private static AccessTokenId id(long number) {
        return new AccessTokenId((int) number);
    }

    private static String status(boolean granted) {
        return granted ? "GRANTED" : "DENIED";
    }

    private static Map<String, Object> code(AtmCode code) {
        return Map.of("code", code.name());
    }

    private static Map<String, Object> answer(AtmCode code, String name, Optional<?> value) {
        Map<String, Object> out = new LinkedHashMap<>(code(code));
        value.ifPresent(present -> out.put(name, present));
        return out;
    }

    private static Map<String, Object> outcome(InstallOutcome outcome) {
        Map<String, Object> out = new LinkedHashMap<>(code(outcome.code()));
        out.put("attr", (long) outcome.attributes());
        outcome.failure().ifPresent(failure -> {
            out.put("failPermission", failure.permission());
            out.put("failRule", failure.rule().name());
        });
        return out;
    }
}

package dev.muster.agent.standin;

import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.Atm;
import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.AtmConfig;
import dev.muster.policy.atm.AtmListener;
import dev.muster.policy.atm.Caller;
import dev.muster.policy.atm.InstallOutcome;
import dev.muster.policy.atm.PermissionFlags;
import dev.muster.policy.atm.UserPolicy;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.protocol.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The access token manager behind {@code atm} and behind the privileged helper: the policy engine's model of it. */
final class StandInTokens {
    static final int USER = 100;

    private static final String HELPER = "muster_helper";
    private static final String OTHER = "edm_of_the_maker";
    private static final int RESTRICTED = 512;

    private final boolean release;
    private final Atm atm;
    private final Map<String, App> apps = new TreeMap<>();

    /** What is known of an app beside its states. */
    private record App(AccessTokenId token, List<String> permissions, boolean debug) {}

    StandInTokens(boolean release, Runnable changed, Consumer<String> killed) {
        this.release = release;
        // Always the same numbers: what was kept is done again in the same order.
        this.atm = new Atm(
                AtmConfig.of(PermissionCatalog.builtIn()), InstantSource.system(), new Random(7), new AtmListener() {
                    @Override
                    public void permissionChanged(AccessTokenId token, String permission, boolean granted) {
                        changed.run();
                    }

                    @Override
                    public void processesKilled(AccessTokenId token) {
                        name(token).ifPresent(killed);
                    }
                });
    }

    private Optional<String> name(AccessTokenId token) {
        return apps.entrySet().stream()
                .filter(app -> app.getValue().token.equals(token))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    Optional<AccessTokenId> token(String bundle) {
        return Optional.ofNullable(apps.get(bundle)).map(App::token);
    }

    InstallOutcome install(String bundle, AppInfo.Traits traits, AppPolicy policy) {
        App old = apps.get(bundle);
        InstallOutcome outcome = old == null
                ? atm.install(new AppInfo(USER, bundle, 0, 0, traits, Optional.empty()), policy, Caller.SERVICE)
                : atm.update(old.token, traits, policy, false, Caller.SERVICE);
        if (outcome.code().isOk()) {
            List<String> names = policy.requests().stream()
                    .map(AppPolicy.Request::permission)
                    .toList();
            apps.put(
                    bundle,
                    new App(
                            old == null ? outcome.token() : old.token,
                            names,
                            traits.provisionType().equals("debug")));
        }
        return outcome;
    }

    void uninstall(String bundle) {
        App app = apps.remove(bundle);
        if (app != null) {
            atm.delete(app.token, false, Caller.SERVICE);
        }
    }

    void reboot() {
        atm.reboot();
    }

    boolean holds(String bundle, String permission) {
        return token(bundle).filter(token -> atm.verify(token, permission)).isPresent();
    }

    void userDecides(String bundle, String permission, boolean granted) {
        AccessTokenId token = token(bundle).orElseThrow();
        AtmCode code = granted
                ? atm.grant(token, permission, PermissionFlags.USER_SET, Atm.Scope.OPERABLE_PERM, Caller.SERVICE)
                : atm.revoke(token, permission, PermissionFlags.USER_SET, Atm.Scope.OPERABLE_PERM, Caller.SERVICE);
        if (!code.isOk()) {
            throw new IllegalStateException("the user may not: " + code);
        }
    }

    void othersRestrict(String permission) {
        AtmCode code = atm.setUserPolicy(OTHER, List.of(restriction(permission, USER + 1, true)), Caller.SERVICE);
        if (!code.isOk()) {
            throw new IllegalStateException("the other administrator may not: " + code);
        }
    }

    String atm(List<String> words) {
        String command = words.isEmpty() ? "" : words.getFirst();
        return switch (command) {
            case "help" -> help();
            case "dump" -> dump(words);
            case "perm" -> perm(words);
            default -> "error: unknown command\n";
        };
    }

    private String help() {
        return "usage: atm <command> <option>\n"
                + "These are common atm commands list:\n"
                + "  help    list available commands\n"
                + "  dump    dumpsys command\n"
                + "  perm    grant/cancel permission command\n"
                + (release ? "" : "  toggle  set/get toggle command\n");
    }

    private String dump(List<String> words) {
        String bundle = option(words, "-b");
        App app = apps.get(bundle);
        if (!words.contains("-t") || app == null) {
            return "Error: the bundle does not exist\n";
        }
        StringBuilder text = new StringBuilder("{\n");
        text.append("  \"tokenID\": ").append(app.token.value()).append(",\n");
        text.append("  \"tokenAttr\": ").append(app.debug ? 8 : 0).append(",\n");
        text.append("  \"ver\": 1,\n  \"userId\": ").append(USER).append(",\n");
        text.append("  \"bundleName\": \"").append(bundle).append("\",\n");
        text.append("  \"instIndex\": 0,\n  \"dlpType\": 0,\n  \"isRemote\": false,\n");
        text.append("  \"isPermDialogForbidden\": false,\n  \"permStateList\": [\n");
        List<String> states = new ArrayList<>();
        for (String permission : app.permissions) {
            atm.state(app.token, permission)
                    .ifPresent(state -> states.add("    {\n      \"permissionName\": \"" + permission
                            + "\",\n      \"grantStatus\": " + (state.granted() ? 0 : -1)
                            + ",\n      \"grantFlag\": "
                            + (state.restricted() ? state.flags() | RESTRICTED : state.flags()) + ",\n    }"));
        }
        return text.append(String.join(",\n", states)).append("\n  ]\n}\n").toString();
    }

    private String perm(List<String> words) {
        Optional<AccessTokenId> token = AccessTokenId.parse(option(words, "-i"));
        String permission = option(words, "-p");
        if (token.isEmpty() || permission.isEmpty()) {
            return "Error: option requires a value.\n";
        }
        // On a release build the command comes with no rights but those over apps that are being debugged.
        Caller caller = release ? Caller.SHELL : Caller.SERVICE;
        AtmCode code = words.contains("-g")
                ? atm.grant(token.get(), permission, PermissionFlags.USER_FIXED, Atm.Scope.USER_GRANTED_PERM, caller)
                : atm.revoke(token.get(), permission, PermissionFlags.USER_FIXED, Atm.Scope.USER_GRANTED_PERM, caller);
        return switch (code) {
            case OK -> "Success\n";
            case ERR_TOKENID_NOT_EXIST -> "Error: token id does not exist.\n";
            case ERR_PERMISSION_NOT_EXIST -> "Error: permission does not exist.\n";
            default -> "Failure\n";
        };
    }

    static String option(List<String> words, String name) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 >= words.size() ? "" : words.get(at + 1);
    }

    /** The contract of docs/reference/openharmony-helper.md, over the same model. */
    Map<String, Object> helper(JsonObject question) {
        Map<String, Object> answer = new LinkedHashMap<>();
        AtmCode code = AtmCode.OK;
        switch (question.string("op")) {
            case "probe" -> {
                answer.put("version", 1);
                answer.put("userPolicy", true);
                answer.put("administrator", true);
            }
            case "fix" ->
                code = atm.setByAdmin(
                        new AccessTokenId((int) question.number("token")),
                        List.of(question.string("permission")),
                        question.optionalFlag("granted").orElseThrow(),
                        PermissionFlags.FIXED_BY_ADMIN_POLICY,
                        Caller.SERVICE);
            case "restrict" -> code = restrict(question);
            case "release" ->
                code = atm.setUserPolicy(
                        HELPER,
                        List.of(restriction(question.string("permission"), (int) question.number("user"), false)),
                        Caller.SERVICE);
            default -> code = AtmCode.ERR_PARAM_INVALID;
        }
        answer.put("code", code.number());
        return answer;
    }

    private AtmCode restrict(JsonObject question) {
        String permission = question.string("permission");
        AtmCode code = atm.setUserPolicy(
                HELPER, List.of(restriction(permission, (int) question.number("user"), true)), Caller.SERVICE);
        if (!code.isOk()) {
            return code;
        }
        List<?> except = (List<?>) question.members().getOrDefault("except", List.of());
        List<AccessTokenId> spared = except == null
                ? List.of()
                : except.stream()
                        .map(token -> new AccessTokenId(((Number) token).intValue()))
                        .toList();
        for (AccessTokenId token :
                List.copyOf(atm.whitelist(permission, Caller.SERVICE).value().orElseThrow())) {
            if (!spared.contains(token)) {
                atm.changeWhitelist(HELPER, token, permission, false, Caller.SERVICE);
            }
        }
        for (AccessTokenId token : spared) {
            AtmCode added = atm.changeWhitelist(HELPER, token, permission, true, Caller.SERVICE);
            if (!added.isOk() && added != AtmCode.ERR_TOKENID_ALREADY_IN_POLICY_WHITELIST) {
                return added;
            }
        }
        return AtmCode.OK;
    }

    private static UserPolicy restriction(String permission, int user, boolean restricted) {
        return new UserPolicy(permission, List.of(new UserPolicy.UserRestriction(user, restricted)), true);
    }
}

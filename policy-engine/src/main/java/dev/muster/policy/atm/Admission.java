package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.PRE_AUTHORIZED_CANCELABLE;
import static dev.muster.policy.atm.PermissionFlags.SYSTEM_FIXED;
import static dev.muster.policy.atm.PermissionFlags.USER_FIXED;

import dev.muster.policy.atm.InstallOutcome.Failure;
import dev.muster.policy.atm.InstallOutcome.Rule;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what an app may ask for, before anything of it is written. Pure. */
final class Admission {
    static final int MAX_NAME = 256;
    private static final int MAX_APP_ID = 10_240;
    private static final int MAX_VALUES = 512;
    private static final int MAX_VALUE = 1024;
    private static final int MAX_REQUESTS = 1024;

    private final AtmConfig config;
    private final Definitions definitions;

    Admission(AtmConfig config, Definitions definitions) {
        this.config = config;
        this.definitions = definitions;
    }

    /** What came of the check. */
    sealed interface Result {
        /** The initial state of every permission that is kept, in order of request. */
        record Admitted(Map<String, Entry> entries, Map<String, String> values, Set<String> undefined)
                implements Result {}

        record Refused(Failure failure) implements Result {}
    }

    boolean areParametersValid(AppInfo info, AppPolicy policy) {
        return info.userId() >= 0
                && info.restore().map(id -> id.value() != 0).orElse(true)
                && isName(info.bundleName())
                && info.dlpType() >= 0
                && info.dlpType() <= 4
                && areParametersValid(info.traits(), policy);
    }

    boolean areParametersValid(AppInfo.Traits traits, AppPolicy policy) {
        return !traits.appId().isEmpty()
                && traits.appId().length() <= MAX_APP_ID
                && (traits.provisionType().equals("release")
                        || traits.provisionType().equals("debug"))
                && policy.apl().isPresent()
                && isName(policy.domain())
                && policy.requests().size() <= MAX_REQUESTS
                && policy.aclValues().size() <= MAX_VALUES
                && policy.aclValues().entrySet().stream()
                        .allMatch(value ->
                                definitions.find(value.getKey()).isEmpty() || isLength(value.getValue(), MAX_VALUE));
    }

    static boolean isName(String name) {
        return isLength(name, MAX_NAME);
    }

    private static boolean isLength(String text, int most) {
        return !text.isEmpty() && text.length() <= most;
    }

    /**
     * Checks every request by level, access control list and kind of app.
     *
     * @param refresh a system upgrade: what fails is set aside instead of failing all
     */
    Result check(AppInfo.Traits traits, AppPolicy policy, boolean refresh) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> undefined = new HashSet<>();
        for (AppPolicy.Request request : policy.requests()) {
            String name = request.permission();
            // State and flags of the request are not looked at here, so they cannot be wrong either.
            if (!isName(name) || entries.containsKey(name) || lacksFeature(traits, request)) {
                continue;
            }
            Optional<PermissionDefinition> definition = definitions.find(name);
            if (definition.isEmpty()) {
                undefined.add(name);
                continue;
            }
            Optional<Rule> broken = brokenRule(traits, policy, definition.get());
            if (broken.isPresent() && !refresh) {
                return new Result.Refused(new Failure(name, broken.get()));
            }
            if (broken.isPresent()) {
                undefined.add(name);
            } else if (definition.get().availableType() != AvailableType.SERVICE) {
                entries.put(name, initial(traits, policy, definition.get()));
                keepValue(policy, definition.get(), values);
            }
        }
        return new Result.Admitted(entries, values, undefined);
    }

    /** Takes requests with the states they come with: the older way in, without rules. */
    Result.Admitted takeRaw(AppInfo.Traits traits, AppPolicy policy) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> undefined = new HashSet<>();
        for (AppPolicy.Request request : policy.requests()) {
            String name = request.permission();
            if (!isName(name)
                    || entries.containsKey(name)
                    || !PermissionFlags.isValid(request.flags())
                    || lacksFeature(traits, request)) {
                continue;
            }
            Optional<PermissionDefinition> definition = definitions.find(name);
            if (definition.isEmpty()) {
                undefined.add(name);
            } else if (definition.get().availableType() != AvailableType.SERVICE) {
                entries.put(name, new Entry(request.granted(), request.flags()));
                keepValue(policy, definition.get(), values);
            }
        }
        return new Result.Admitted(entries, values, undefined);
    }

    /** The first rule that an app breaks by asking for a permission. */
    Optional<Rule> brokenRule(AppInfo.Traits traits, AppPolicy policy, PermissionDefinition definition) {
        Apl apl = policy.apl().orElse(Apl.NORMAL);
        if (!apl.covers(definition.availableLevel()) && !isLifted(policy, definition)) {
            return Optional.of(Rule.ACL);
        }
        String distribution = traits.distributionType();
        return switch (definition.availableType()) {
            case MDM ->
                traits.isDebugApp() || distribution.equals("enterprise_mdm") ? Optional.empty() : Optional.of(Rule.EDM);
            case ENTERPRISE_NORMAL ->
                !config.enterpriseNormalCheck()
                                || traits.isDebugApp()
                                || traits.systemApp()
                                || distribution.equals("enterprise_mdm")
                                || distribution.equals("enterprise_normal")
                        ? Optional.empty()
                        : Optional.of(Rule.ENTERPRISE_NORMAL);
            case NORMAL, SYSTEM, SYSTEM_AND_MDM, SERVICE -> Optional.empty();
        };
    }

    private static boolean isLifted(AppPolicy policy, PermissionDefinition definition) {
        return definition.provisionEnable()
                && (definition.hasValue()
                        ? policy.aclValues().containsKey(definition.name())
                        : policy.acls().contains(definition.name()));
    }

    Entry initial(AppInfo.Traits traits, AppPolicy policy, PermissionDefinition definition) {
        if (definition.grantMode() == GrantMode.SYSTEM_GRANT) {
            return new Entry(true, SYSTEM_FIXED);
        }
        Boolean cancelable = policy.preAuthorized().get(definition.name());
        if (cancelable != null) {
            return new Entry(true, cancelable ? PRE_AUTHORIZED_CANCELABLE : SYSTEM_FIXED);
        }
        if (policy.debugGrant() && traits.isDebugProvision()) {
            return new Entry(true, USER_FIXED);
        }
        return Entry.NEVER_DECIDED;
    }

    /** What a document sandbox takes over: the states of the main instance, the values of its own profile. */
    Result.Admitted takeOver(AppToken main, AppPolicy policy) {
        Map<String, String> values = new LinkedHashMap<>();
        main.entries.keySet().forEach(permission -> definitions
                .find(permission)
                .ifPresent(definition -> keepValue(policy, definition, values)));
        return new Result.Admitted(main.entries, values, main.undefined);
    }

    private boolean lacksFeature(AppInfo.Traits traits, AppPolicy.Request request) {
        return traits.systemApp()
                && !request.feature().isEmpty()
                && !config.deviceFeatures().contains(request.feature());
    }

    static void keepValue(AppPolicy policy, PermissionDefinition definition, Map<String, String> values) {
        if (definition.hasValue()) {
            values.put(definition.name(), policy.aclValues().getOrDefault(definition.name(), ""));
        }
    }
}

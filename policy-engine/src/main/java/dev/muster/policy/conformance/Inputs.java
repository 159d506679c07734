package dev.muster.policy.conformance;

import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.AtmConfig;
import dev.muster.policy.atm.Caller;
import dev.muster.policy.atm.SandboxMode;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What vectors say, as values of the engine. Fields that are left out have the schema's defaults. */
final class Inputs {
    private static final int MAX_NAME = 256;
    private static final String ROOT = "root";
    private static final Map<String, Boolean> STATUSES = Map.of("GRANTED", true, "DENIED", false);
    private static final Map<String, Caller> CALLERS = Map.of(
            ROOT,
            Caller.ROOT,
            "normal_app",
            Caller.ORDINARY_APP,
            "system_app_without_permission",
            Caller.SYSTEM_APP,
            "without_edm_permission",
            Caller.serviceWithout("ohos.permission.MANAGE_EDM_POLICY"),
            "non_root_service",
            Caller.SERVICE);
    private static final List<String> FLAGS = List.of(
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

    private Inputs() {}

    static AtmConfig config(Fields vector) {
        Fields config = vector.object("config");
        Map<String, SandboxMode> modes = new HashMap<>();
        Fields named = config.object("dlpModes");
        named.map()
                .keySet()
                .forEach(permission -> modes.put(
                        permission, named.choice(permission, "", words(SandboxMode.values(), Inputs::lowerCase))));
        return new AtmConfig(
                catalog(vector.object("definitions")),
                config.flag("enterpriseNormalCheck"),
                modes,
                config.number("shortGrantMaxTotalSeconds", 1800),
                true,
                Set.of(),
                Map.of(),
                AtmConfig.Strict.OFF);
    }

    private static PermissionCatalog catalog(Fields definitions) {
        definitions.map().keySet().stream()
                .filter(name -> name.isEmpty() || name.length() > MAX_NAME)
                .forEach(name -> {
                    throw VectorException.at(
                            definitions.path(), "names of 1 to " + MAX_NAME + " characters", "one of " + name.length());
                });
        List<PermissionDefinition> list = new ArrayList<>();
        definitions
                .objects()
                .forEach((name, fields) -> list.add(new PermissionDefinition(
                        name,
                        fields.choice("grantMode", "", words(GrantMode.values(), GrantMode::text)),
                        fields.choice("availableLevel", "", words(Apl.values(), Apl::text)),
                        fields.choice("availableType", "NORMAL", words(AvailableType.values(), Enum::name)),
                        fields.flag("provisionEnable"),
                        fields.flag("distributedSceneEnable"),
                        fields.flag("isKernelEffect"),
                        fields.flag("hasValue"),
                        "",
                        Optional.empty(),
                        List.of())));
        return PermissionCatalog.of(list);
    }

    private static <T> Map<String, T> words(T[] values, Function<T, String> word) {
        return Arrays.stream(values).collect(Collectors.toMap(word, Function.identity()));
    }

    private static String lowerCase(SandboxMode mode) {
        return switch (mode) {
            case ALL -> "all";
            case FULL_CONTROL -> "full_control";
            case NONE -> "none";
        };
    }

    static AppInfo.Traits traits(Fields info) {
        return new AppInfo.Traits(
                info.text("appId", "app"),
                info.number("apiVersion", 0),
                info.flag("systemApp"),
                info.flag("atomicService"),
                info.text("distributionType", ""),
                info.text("provisionType", "release"));
    }

    static AppPolicy policy(Fields policy) {
        Map<String, Boolean> preAuthorized = new LinkedHashMap<>();
        policy.list(
                        "preAuth",
                        Fields.Item::fields,
                        i -> new Fields(policy.at("preAuth"), Map.of("permission", Fields.generatedName(i))))
                .forEach(one -> preAuthorized.putIfAbsent(one.text("permission"), one.flag("cancelable")));
        return new AppPolicy(
                Apl.parse(policy.text("apl", "normal")),
                policy.text("domain", "domain"),
                requests(policy, "request"),
                new HashSet<>(policy.texts("acls")),
                policy.textMap("aclValues"),
                preAuthorized,
                policy.flag("debugGrant"));
    }

    static List<AppPolicy.Request> requests(Fields fields, String name) {
        return fields.list(
                name,
                item -> {
                    Fields request = item.fields();
                    return new AppPolicy.Request(request.text("permission"), status(request, "DENIED"), flags(request));
                },
                i -> AppPolicy.Request.of(Fields.generatedName(i)));
    }

    private static boolean status(Fields fields, String otherwise) {
        return fields.choice("status", otherwise, STATUSES);
    }

    /** Flags as a name, a list of names, or a number; none where the field is missing. */
    static int flags(Fields fields) {
        Object value = fields.value("flags").orElse(0L);
        if (value instanceof Long number) {
            // The wire has 32 bits; what does not fit is as wrong as all of them set.
            return number >= 0 && number < 1L << Integer.SIZE ? number.intValue() : -1;
        }
        int flags = 0;
        List<String> names = value instanceof List<?> ? fields.texts("flags") : List.of(fields.text("flags"));
        for (String name : names) {
            int bit = FLAGS.indexOf(name);
            if (bit < 0 && !name.equals("DEFAULT")) {
                throw VectorException.at(fields.at("flags"), "names of flags", Json.describe(name));
            }
            flags |= bit < 0 ? 0 : 1 << bit;
        }
        return flags;
    }

    static Caller caller(Fields step) {
        return step.choice("caller", ROOT, CALLERS);
    }
}

package dev.muster.benchmarks.policy;

import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.List;

/** The words that stand for the numbers of a {@link Workload}, the same for every engine. */
public final class Names {
    private static final List<String> PERMISSIONS = PermissionCatalog.builtIn().definitions().stream()
            .filter(definition -> definition.availableType() != AvailableType.SERVICE)
            .map(PermissionDefinition::name)
            .limit(Workload.PERMISSIONS)
            .toList();

    private Names() {}

    /** A permission of OpenHarmony that an app of level system_core can hold. */
    public static String permission(int permission) {
        return PERMISSIONS.get(permission);
    }

    /** The bundle name of the app behind a token. */
    public static String app(int token) {
        return "com.example.app" + token;
    }

    public static String role(int role) {
        return "role-" + role;
    }

    public static String location(int location) {
        return "loc-" + location;
    }

    public static String group(int group) {
        return "grp-" + group;
    }

    /** Per question the bundle name, each a text of its own, as it would come over a socket. */
    public static String[] apps(Workload.Questions questions) {
        String[] names = new String[questions.count()];
        for (int i = 0; i < names.length; i++) {
            names[i] = app(questions.token()[i]);
        }
        return names;
    }

    /** Per question the name of the permission, each a text of its own. */
    public static String[] permissions(Workload.Questions questions) {
        String[] names = new String[questions.count()];
        for (int i = 0; i < names.length; i++) {
            names[i] = String.valueOf(permission(questions.permission()[i]).toCharArray());
        }
        return names;
    }
}

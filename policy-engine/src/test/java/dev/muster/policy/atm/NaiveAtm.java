package dev.muster.policy.atm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What checks, grants, updates and user policies come to, written down as plainly as the description reads: a map of
 * states, the restriction looked up when it is asked for, no code shared with the engine. Knows apps by a number.
 */
final class NaiveAtm {
    /** A permission of this little world; an app's level is below {@code high}, and {@code listed} lifts that. */
    record Kind(String name, boolean system, boolean high, boolean excluded) {}

    /** What an app asks for: names, those of its access control list, and pre-authorised ones (true: cancelable). */
    record Ask(List<String> names, Set<String> acls, Map<String, Boolean> pre, boolean debug, boolean debugGrant) {}

    private static final class State {
        boolean granted;
        int flags;
    }

    private static final class App {
        final int user;
        final int sandbox;
        final int instance;
        boolean debug;
        final Map<String, State> states = new LinkedHashMap<>();
        final Set<String> components = new HashSet<>();

        App(int user, int sandbox, int instance) {
            this.user = user;
            this.sandbox = sandbox;
            this.instance = instance;
        }
    }

    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private final Map<Integer, App> apps = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> restricted = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> spared = new LinkedHashMap<>();

    NaiveAtm(List<Kind> kinds) {
        kinds.forEach(kind -> this.kinds.put(kind.name(), kind));
    }

    private Optional<Map<String, State>> admitted(Ask ask) {
        Map<String, State> states = new LinkedHashMap<>();
        for (String name : ask.names()) {
            Kind kind = kinds.get(name);
            if (kind == null || states.containsKey(name)) {
                continue;
            }
            if (kind.high() && !ask.acls().contains(name)) {
                return Optional.empty();
            }
            State state = new State();
            Boolean cancelable = ask.pre().get(name);
            if (kind.system() || Boolean.FALSE.equals(cancelable)) {
                state.granted = true;
                state.flags = 4;
            } else if (Boolean.TRUE.equals(cancelable)) {
                state.granted = true;
                state.flags = 8;
            } else if (ask.debug() && ask.debugGrant()) {
                state.granted = true;
                state.flags = 2;
            }
            states.put(name, state);
        }
        return Optional.of(states);
    }

    String install(int number, int user, int instance, int sandbox, Ask ask) {
        App app = new App(user, sandbox, instance);
        app.debug = ask.debug();
        if (sandbox == 0) {
            Optional<Map<String, State>> states = admitted(ask);
            if (states.isEmpty()) {
                return "ERR_PERM_REQUEST_CFG_FAILED";
            }
            app.states.putAll(states.get());
        } else {
            Optional<App> main = apps.values().stream()
                    .filter(other -> other.user == user && other.instance == 0)
                    .findFirst();
            if (main.isEmpty()) {
                return "ERR_PERM_REQUEST_CFG_FAILED";
            }
            main.get().states.forEach((name, state) -> {
                State copy = new State();
                copy.granted = state.granted && !excludes(app, name);
                copy.flags = state.flags & ~16;
                app.states.put(name, copy);
            });
        }
        apps.entrySet().removeIf(other -> {
            boolean same = other.getValue().user == user && other.getValue().instance == instance;
            if (same) {
                spared.values().forEach(tokens -> tokens.remove(other.getKey()));
            }
            return same;
        });
        apps.put(number, app);
        return "OK";
    }

    /** An app of user 0 with one permission in a given state. */
    void load(int number, boolean debug, String name, boolean granted, int flags) {
        App app = new App(0, 0, 0);
        app.debug = debug;
        State state = new State();
        state.granted = granted;
        state.flags = flags & ~512;
        app.states.put(name, state);
        apps.clear();
        apps.put(number, app);
    }

    String update(int number, Ask ask) {
        Optional<Map<String, State>> admitted = admitted(ask);
        if (admitted.isEmpty()) {
            return "ERR_PERM_REQUEST_CFG_FAILED";
        }
        App app = apps.get(number);
        if (app == null) {
            return "ERR_TOKENID_NOT_EXIST";
        }
        boolean switched = (ask.debug() && ask.debugGrant()) || (!ask.debug() && app.debug);
        Map<String, State> next = new LinkedHashMap<>();
        admitted.get().forEach((name, fresh) -> {
            State old = app.states.get(name);
            boolean takesFresh = old == null
                    || (switched && (old.flags & 128) == 0)
                    || ((old.flags & (128 | 256)) != 0 && fresh.flags == 4)
                    || ((old.flags & 256) != 0 && fresh.flags == 8)
                    || (!old.granted && old.flags == 0)
                    || old.flags == 4
                    || old.flags == 8;
            next.put(name, takesFresh ? fresh : old);
        });
        app.states.clear();
        app.states.putAll(next);
        app.debug = ask.debug();
        return "OK";
    }

    String delete(int number) {
        spared.values().forEach(tokens -> tokens.remove(number));
        return apps.remove(number) == null ? "ERR_PARAM_INVALID" : "OK";
    }

    private App app(int number) {
        return Objects.requireNonNull(apps.get(number), "an app that was looked for before");
    }

    private Kind kind(String name) {
        return Objects.requireNonNull(kinds.get(name), "a name that was looked for before");
    }

    private boolean isRestricted(int number, String name) {
        return restricted.getOrDefault(name, Set.of()).contains(app(number).user)
                && !spared.getOrDefault(name, Set.of()).contains(number);
    }

    boolean verify(int number, String name) {
        App app = apps.get(number);
        if (app == null || !kinds.containsKey(name)) {
            return false;
        }
        State state = app.states.get(name);
        if (state == null) {
            return app.components.contains(name);
        }
        return !isRestricted(number, name) && (state.granted || (state.flags & 16) != 0);
    }

    /** Status and flags, or nothing where the permission is not requested. */
    String state(int number, String name) {
        App app = apps.get(number);
        State state = app == null ? null : app.states.get(name);
        return state == null ? "-" : state.granted + "/" + (state.flags | (isRestricted(number, name) ? 512 : 0));
    }

    private boolean excludes(App app, String name) {
        return (app.sandbox == 1 || app.sandbox == 2) && kind(name).excluded();
    }

    private List<Integer> related(int number) {
        App app = app(number);
        List<Integer> out = new ArrayList<>();
        boolean shares = app.sandbox > 0 || app.instance == 0;
        apps.forEach((other, its) -> {
            if (shares && other != number && its.user == app.user && (its.sandbox > 0 || its.instance == 0)) {
                out.add(other);
            }
        });
        return out;
    }

    String change(int number, String name, boolean grant, int flags) {
        if (flags == 128 || flags == 256) {
            return "ERR_PARAM_INVALID";
        }
        if (!kinds.containsKey(name)) {
            return "ERR_PERMISSION_NOT_EXIST";
        }
        if (!apps.containsKey(number)) {
            return "ERR_TOKENID_NOT_EXIST";
        }
        String code = changeOne(number, name, grant, flags);
        if (code.equals("OK")) {
            related(number).forEach(other -> changeOne(other, name, grant, flags));
        }
        return code;
    }

    private String changeOne(int number, String name, boolean grant, int flags) {
        App app = app(number);
        if (excludes(app, name)) {
            return "ERR_IDENTITY_CHECK_FAILED";
        }
        State state = app.states.get(name);
        if ((flags & 16) != 0) {
            return component(number, app, state, name, grant);
        }
        return decide(state, grant, flags);
    }

    private String component(int number, App app, @Nullable State state, String name, boolean grant) {
        if (state == null) {
            if (grant) {
                app.components.add(name);
            } else {
                app.components.remove(name);
            }
            return "OK";
        }
        if ((state.flags & 128) != 0) {
            return "ERR_PERMISSION_RESTRICTED";
        }
        if (grant && (state.flags & (1 | 2 | 4 | 8)) != 0) {
            return verify(number, name) ? "OK" : "ERR_PERMISSION_DENIED";
        }
        state.flags = grant ? state.flags | 16 : state.flags & ~16;
        return "OK";
    }

    private static String decide(@Nullable State state, boolean grant, int flags) {
        if (state == null || (state.flags & 4) != 0) {
            return "ERR_PARAM_INVALID";
        }
        if ((state.flags & 128) != 0 && (flags & (128 | 4 | 256)) == 0) {
            return "ERR_PERMISSION_RESTRICTED";
        }
        if ((flags & 256) != 0 && (state.flags & 128) == 0) {
            return "ERR_PARAM_INVALID";
        }
        if ((flags & 256) == 0) {
            state.granted = grant;
        }
        state.flags = flags | (state.flags & 8);
        return "OK";
    }

    String admin(int number, List<String> names, boolean grant, int flags) {
        if (flags != 128 && flags != 256) {
            return "ERR_PARAM_INVALID";
        }
        for (String name : names) {
            if (!kinds.containsKey(name)) {
                return "ERR_PERMISSION_NOT_EXIST";
            }
            if (kind(name).system()) {
                return "ERR_PARAM_INVALID";
            }
        }
        App app = apps.get(number);
        if (app == null) {
            return "ERR_TOKENID_NOT_EXIST";
        }
        if (names.stream().anyMatch(name -> excludes(app, name))) {
            return "ERR_IDENTITY_CHECK_FAILED";
        }
        for (String name : names) {
            String code = decide(app.states.get(name), grant, flags);
            if (!code.equals("OK")) {
                return code;
            }
        }
        return "OK";
    }

    String clear(int number) {
        if (!apps.containsKey(number)) {
            return "ERR_TOKENID_NOT_EXIST";
        }
        clearOne(number);
        related(number).forEach(this::clearOne);
        return "OK";
    }

    private void clearOne(int number) {
        App app = app(number);
        app.components.clear();
        app.states.forEach((name, state) -> {
            state.flags &= ~16;
            if ((state.flags & 4) == 0) {
                if ((state.flags & 8) != 0) {
                    state.granted = true;
                    state.flags = 8 | (state.flags & 128);
                } else if ((state.flags & 128) == 0 && !isRestricted(number, name)) {
                    state.granted = false;
                    state.flags = 0;
                }
            }
            if (excludes(app, name)) {
                state.granted = false;
            }
        });
    }

    void restrict(String name, int user, boolean on) {
        Set<Integer> users = restricted.computeIfAbsent(name, unseen -> new HashSet<>());
        if (on) {
            users.add(user);
        } else {
            users.remove(user);
        }
        if (users.isEmpty()) {
            restricted.remove(name);
            spared.remove(name);
        }
    }

    String spare(int number, String name, boolean add) {
        if (!apps.containsKey(number)) {
            return "ERR_PARAM_INVALID";
        }
        if (!restricted.containsKey(name)) {
            return "ERR_PERM_POLICY_NOT_SET";
        }
        if (!restricted.getOrDefault(name, Set.of()).contains(app(number).user)) {
            return "ERR_TOKENID_NOT_IN_POLICY_USERLIST";
        }
        Set<Integer> tokens = spared.computeIfAbsent(name, unseen -> new HashSet<>());
        if (add) {
            return tokens.add(number) ? "OK" : "ERR_TOKENID_ALREADY_IN_POLICY_WHITELIST";
        }
        return tokens.remove(number) ? "OK" : "ERR_TOKENID_NOT_IN_POLICY_WHITELIST";
    }
}

package dev.muster.policy.atm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine against {@link NaiveAtm}: on random histories every answer, and every state after every step; and every single
 * step from every state that can be stored.
 */
class AtmDifferentialTest {
    private static final int HISTORIES = 30;
    private static final int STEPS = 60;
    private static final int[] FLAGS = {0, 1, 2, 4, 8, 16, 18, 32, 128, 136, 256, 264};
    /** Flags that a permission can be stored with. */
    private static final int[] STORED = {
        0, 1, 2, 4, 8, 9, 10, 12, 16, 17, 24, 32, 40, 64, 72, 80, 128, 136, 144, 256, 264, 272
    };

    private static final List<NaiveAtm.Kind> KINDS = List.of(
            new NaiveAtm.Kind("u.plain", false, false, false),
            new NaiveAtm.Kind("u.high", false, true, false),
            new NaiveAtm.Kind("u.excluded", false, false, true),
            new NaiveAtm.Kind("s.plain", true, false, false),
            new NaiveAtm.Kind("s.high", true, true, false),
            new NaiveAtm.Kind("s.excluded", true, false, true));
    private static final List<String> NAMES =
            List.of("u.plain", "u.high", "u.excluded", "s.plain", "s.high", "s.excluded", "undefined");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void answersAsThePlainRulesDo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int history = 0; history < HISTORIES; history++) {
            new History(random.split()).run();
        }
    }

    /** Every stored state against every kind of update. */
    @Test
    void inheritsAsThePlainRulesDo() {
        for (int flags : STORED) {
            for (int bits = 0; bits < 1 << 7; bits++) {
                boolean granted = (bits & 1) != 0;
                boolean wasDebug = (bits & 2) != 0;
                boolean isDebug = (bits & 4) != 0;
                boolean debugGrant = (bits & 8) != 0;
                boolean restricted = (bits & 16) != 0;
                Map<String, Boolean> pre = (bits & 32) == 0 ? Map.of() : Map.of("u.plain", (bits & 64) != 0);
                NaiveAtm.Ask ask = new NaiveAtm.Ask(List.of("u.plain"), Set.of(), pre, isDebug, debugGrant);
                One one = new One(wasDebug, granted, flags, restricted);

                AtmCode code = one.atm
                        .update(one.id, History.traits(ask), History.policy(ask), false, Caller.ROOT)
                        .code();

                one.same("update with " + ask, code, one.naive.update(1, ask));
            }
        }
    }

    /** Every stored state against every decision, of users and of administrators. */
    @Test
    void decidesAsThePlainRulesDo() {
        for (int flags : STORED) {
            for (int bits = 0; bits < 1 << 4; bits++) {
                for (int given : FLAGS) {
                    boolean grant = (bits & 4) != 0;
                    One one = new One(false, (bits & 1) != 0, flags, (bits & 2) != 0);

                    AtmCode code;
                    String expected;
                    if ((bits & 8) != 0) {
                        code = one.atm.setByAdmin(one.id, List.of("u.plain"), grant, given, Caller.ROOT);
                        expected = one.naive.admin(1, List.of("u.plain"), grant, given);
                    } else if (grant) {
                        code = one.atm.grant(one.id, "u.plain", given, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
                        expected = one.naive.change(1, "u.plain", true, given);
                    } else {
                        code = one.atm.revoke(one.id, "u.plain", given, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
                        expected = one.naive.change(1, "u.plain", false, given);
                    }

                    one.same("decision " + bits + " with flags " + given, code, expected);
                }
            }
        }
    }

    /** Every stored state, cleared. */
    @Test
    void clearsAsThePlainRulesDo() {
        for (int flags : STORED) {
            for (int bits = 0; bits < 1 << 2; bits++) {
                One one = new One(false, (bits & 1) != 0, flags, (bits & 2) != 0);

                one.same("clear", one.atm.clearUserChoices(one.id, Caller.ROOT), one.naive.clear(1));
            }
        }
    }

    /** One app with one permission in a given state, in both worlds. */
    private static final class One {
        final Atm atm = new Atm(
                AtmConfig.of(PermissionCatalog.of(
                        KINDS.stream().map(History::definition).toList())),
                () -> Instant.EPOCH,
                new SplittableRandom(1));
        final NaiveAtm naive = new NaiveAtm(KINDS);
        final AccessTokenId id;
        private final String start;

        One(boolean debug, boolean granted, int flags, boolean restricted) {
            this.start = "from " + granted + "/" + flags + (restricted ? " restricted" : "") + (debug ? " debug" : "");
            NaiveAtm.Ask ask = new NaiveAtm.Ask(List.of(), Set.of(), Map.of(), debug, false);
            AppPolicy empty = History.policy(ask);
            AppPolicy policy = new AppPolicy(
                    empty.apl(),
                    empty.domain(),
                    List.of(new AppPolicy.Request("u.plain", granted, flags)),
                    Set.of(),
                    Map.of(),
                    Map.of(),
                    false);
            AppInfo info = new AppInfo(0, "bundle", 0, 0, History.traits(ask), Optional.empty());
            this.id = atm.installRaw(info, policy, Caller.ROOT).token();
            naive.load(1, debug, "u.plain", granted, flags);
            if (restricted) {
                atm.setUserPolicy(
                        "edm",
                        List.of(new UserPolicy("u.plain", List.of(new UserPolicy.UserRestriction(0, true)), false)),
                        Caller.ROOT);
                naive.restrict("u.plain", 0, true);
            }
        }

        void same(String step, AtmCode code, String expected) {
            String state = atm.state(id, "u.plain")
                    .map(now -> now.granted() + "/" + now.flags())
                    .orElse("-");
            assertThat(code + " " + state + " " + atm.verify(id, "u.plain"))
                    .as(() -> step + " " + start)
                    .isEqualTo(expected + " " + naive.state(1, "u.plain") + " " + naive.verify(1, "u.plain"));
        }
    }

    private static final class History {
        private final SplittableRandom random;
        private final NaiveAtm naive = new NaiveAtm(KINDS);
        private final Atm atm;
        private final Map<Integer, AccessTokenId> ids = new TreeMap<>();
        private final List<String> told = new ArrayList<>();

        History(SplittableRandom random) {
            this.random = random;
            Map<String, SandboxMode> modes = KINDS.stream()
                    .filter(NaiveAtm.Kind::excluded)
                    .collect(Collectors.toMap(NaiveAtm.Kind::name, kind -> SandboxMode.NONE));
            this.atm = new Atm(
                    AtmConfig.of(PermissionCatalog.of(
                                    KINDS.stream().map(History::definition).toList()))
                            .withSandboxModes(modes),
                    () -> Instant.EPOCH,
                    random.split());
        }

        private static PermissionDefinition definition(NaiveAtm.Kind kind) {
            return PermissionDefinition.of(
                    kind.name(),
                    kind.system() ? GrantMode.SYSTEM_GRANT : GrantMode.USER_GRANT,
                    kind.high() ? Apl.SYSTEM_BASIC : Apl.NORMAL,
                    AvailableType.NORMAL,
                    true,
                    false);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                compare();
            }
        }

        private void step() {
            switch (random.nextInt(16)) {
                case 0 -> install();
                case 1, 2, 3, 4 -> update();
                case 5, 6, 7 -> change();
                case 8, 9, 10, 11 -> admin();
                case 12 -> clear();
                case 13 -> policy();
                default -> deleteOrSpare();
            }
        }

        private void install() {
            int number = ids.size() + 1;
            int user = random.nextInt(2);
            int sandbox = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0;
            int instance = sandbox > 0 ? 10 + random.nextInt(2) : random.nextInt(2);
            NaiveAtm.Ask ask = ask();
            AppInfo info = new AppInfo(user, "bundle", instance, sandbox, traits(ask), Optional.empty());
            InstallOutcome outcome = atm.install(info, policy(ask), Caller.ROOT);
            if (outcome.code().isOk()) {
                ids.put(number, outcome.token());
            }
            same("install " + info + ask, outcome.code(), naive.install(number, user, instance, sandbox, ask));
        }

        private void update() {
            int number = anyApp();
            NaiveAtm.Ask ask = ask();
            InstallOutcome outcome = atm.update(id(number), traits(ask), policy(ask), false, Caller.ROOT);
            same("update " + number + ask, outcome.code(), naive.update(number, ask));
        }

        private void change() {
            int number = anyApp();
            String name = anyName();
            boolean grant = random.nextBoolean();
            int flags = FLAGS[random.nextInt(FLAGS.length)];
            AtmCode code = grant
                    ? atm.grant(id(number), name, flags, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT)
                    : atm.revoke(id(number), name, flags, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
            same(
                    "change " + number + " " + name + " " + grant + " " + flags,
                    code,
                    naive.change(number, name, grant, flags));
        }

        private void admin() {
            int number = anyApp();
            List<String> names = new ArrayList<>(List.of(anyName()));
            if (random.nextBoolean()) {
                names.add(anyName());
            }
            boolean grant = random.nextBoolean();
            int flags = random.nextBoolean() ? 256 : 128;
            same(
                    "admin " + number + names + grant + flags,
                    atm.setByAdmin(id(number), names, grant, flags, Caller.ROOT),
                    naive.admin(number, names, grant, flags));
        }

        private void clear() {
            int number = anyApp();
            same("clear " + number, atm.clearUserChoices(id(number), Caller.ROOT), naive.clear(number));
        }

        private void policy() {
            String name = KINDS.get(random.nextInt(KINDS.size())).name();
            int user = random.nextInt(2);
            boolean on = random.nextBoolean();
            AtmCode code = atm.setUserPolicy(
                    "edm",
                    List.of(new UserPolicy(name, List.of(new UserPolicy.UserRestriction(user, on)), false)),
                    Caller.ROOT);
            naive.restrict(name, user, on);
            same("policy " + name + user + on, code, "OK");
        }

        private void deleteOrSpare() {
            int number = anyApp();
            if (random.nextInt(4) == 0) {
                same("delete " + number, atm.delete(id(number), false, Caller.ROOT), naive.delete(number));
                return;
            }
            String name = KINDS.get(random.nextInt(KINDS.size())).name();
            boolean add = random.nextBoolean();
            same(
                    "spare " + number + name + add,
                    atm.changeWhitelist("edm", id(number), name, add, Caller.ROOT),
                    naive.spare(number, name, add));
        }

        private void same(String step, AtmCode code, String expected) {
            told.add(step + " -> " + code);
            assertThat(code.name()).as(() -> String.join("\n", told)).isEqualTo(expected);
        }

        private void compare() {
            Map<String, String> states = new HashMap<>();
            Map<String, String> expected = new HashMap<>();
            ids.forEach((number, id) -> {
                Set<String> bits = atm.kernel(id)
                        .value()
                        .map(kernel -> kernel.granted().stream()
                                .mapToObj(code -> KINDS.get(code).name())
                                .collect(Collectors.toCollection(TreeSet::new)))
                        .orElseGet(TreeSet::new);
                for (String name : NAMES) {
                    String key = number + " " + name;
                    states.put(
                            key,
                            atm.verify(id, name)
                                    + " "
                                    + bits.contains(name)
                                    + " "
                                    + atm.state(id, name)
                                            .map(state -> state.granted() + "/" + state.flags())
                                            .orElse("-"));
                    boolean granted = naive.verify(number, name);
                    expected.put(key, granted + " " + granted + " " + naive.state(number, name));
                }
            });
            assertThat(states).as(() -> String.join("\n", told)).isEqualTo(expected);
        }

        private NaiveAtm.Ask ask() {
            List<String> names = new ArrayList<>();
            Set<String> acls = new TreeSet<>();
            Map<String, Boolean> pre = new TreeMap<>();
            for (String name : NAMES) {
                if (random.nextInt(3) > 0) {
                    names.add(name);
                }
                if (random.nextInt(8) > 0) {
                    acls.add(name);
                }
                if (random.nextBoolean()) {
                    pre.put(name, random.nextBoolean());
                }
            }
            if (random.nextInt(4) == 0) {
                names.add(anyName());
            }
            return new NaiveAtm.Ask(names, acls, pre, random.nextBoolean(), random.nextBoolean());
        }

        private static AppInfo.Traits traits(NaiveAtm.Ask ask) {
            return new AppInfo.Traits("id", 12, false, false, "", ask.debug() ? "debug" : "release");
        }

        private static AppPolicy policy(NaiveAtm.Ask ask) {
            return new AppPolicy(
                    Optional.of(Apl.NORMAL),
                    "domain",
                    ask.names().stream().map(AppPolicy.Request::of).toList(),
                    ask.acls(),
                    Map.of(),
                    ask.pre(),
                    ask.debugGrant());
        }

        /** Mostly one of the youngest: rules meet only where several steps touch the same app. */
        private int anyApp() {
            int apps = Math.max(1, ids.size());
            int oldest = random.nextInt(4) > 0 ? Math.max(1, apps - 2) : 1;
            return random.nextInt(oldest, apps + 1);
        }

        /** An app that was never installed has an id that nothing has. */
        private AccessTokenId id(int number) {
            return ids.getOrDefault(number, new AccessTokenId(0x2000_0000));
        }

        private String anyName() {
            return NAMES.get(random.nextInt(NAMES.size()));
        }
    }
}

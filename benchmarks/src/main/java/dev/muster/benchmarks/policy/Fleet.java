package dev.muster.benchmarks.policy;

import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.Zone;
import dev.muster.policy.permission.Apl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A workload as policy documents and an inventory of ours. A token is an app of level system_core that carries the names
 * of its two roles as labels; each role is bound to the apps labelled with it.
 */
public final class Fleet {
    private Fleet() {}

    /** The policy: 100 roles, 100 bindings and, where conditions ask for locations, 16 zones. */
    public static PolicySnapshot policy(Workload workload) {
        return policy(workload, 1, (role, permission) -> true);
    }

    /**
     * A draft beside {@link #policy}: every tenth role loses one permission, so that about one decision in thousand
     * changes.
     */
    public static PolicySnapshot draft(Workload workload) {
        return policy(workload, 0, (role, permission) -> keeps(workload, role, permission));
    }

    /** Whether a role keeps a permission in the draft. */
    static boolean keeps(Workload workload, int role, int permission) {
        int[] grants = workload.grants(role);
        return role % 10 != 0 || permission != grants[role % grants.length];
    }

    private static PolicySnapshot policy(Workload workload, long version, BiPredicate<Integer, Integer> keeps) {
        List<PolicyDocument> documents = new ArrayList<>();
        for (int i = 0; i < Workload.ROLES; i++) {
            int role = i;
            int[] grants = IntStream.of(workload.grants(role))
                    .filter(permission -> keeps.test(role, permission))
                    .toArray();
            documents.add(role(workload, Names.role(role), grants));
            documents.add(Binding.of(
                    Names.role(role),
                    List.of(Names.role(role)),
                    AppSelector.of(Set.of(), Set.of(), Set.of(Names.role(role))),
                    DeviceSelector.EVERYWHERE));
        }
        if (workload.kind() == Workload.Kind.W2) {
            for (int location = 0; location < Workload.LOCATIONS; location++) {
                String name = Names.location(location);
                documents.add(new Zone(name, "", Optional.empty(), new TreeSet<>(Set.of(name))));
            }
        }
        return PolicySnapshot.of(version, documents);
    }

    private static Role role(Workload workload, String name, int[] grants) {
        List<String> plain = new ArrayList<>();
        List<Role.Conditional> conditional = new ArrayList<>();
        for (int permission : grants) {
            String permissionName = Names.permission(permission);
            Condition when =
                    workload.kind() == Workload.Kind.W1 ? Condition.ALWAYS : condition(workload.condition(permission));
            if (when instanceof Condition.Always) {
                plain.add(permissionName);
            } else {
                conditional.add(new Role.Conditional(new TreeSet<>(Set.of(permissionName)), when));
            }
        }
        return new Role(name, "", new TreeSet<>(plain), conditional);
    }

    private static Condition condition(Workload.Condition condition) {
        Condition inTime = new Condition.Minutes(condition.from(), condition.to());
        return switch (condition.asks()) {
            case NOTHING -> Condition.ALWAYS;
            case TIME -> inTime;
            case LOCATION -> any(FactKind.ZONE, condition.locations(), Names::location);
            case GROUP_AND_TIME -> Condition.both(any(FactKind.GROUP, condition.groups(), Names::group), inTime);
        };
    }

    private static Condition any(FactKind kind, int bits, IntFunction<String> name) {
        return new Condition.Any(IntStream.range(0, Integer.SIZE)
                .filter(bit -> (bits >>> bit & 1) != 0)
                .mapToObj(bit -> (Condition) new Condition.Fact(kind, name.apply(bit)))
                .toList());
    }

    /** One profile with every token of the workload as an app. */
    public static DeviceProfile profile(Workload workload) {
        return profile(workload, 0, workload.tokens());
    }

    /** A profile with the tokens from {@code first} on, before {@code end}. */
    public static DeviceProfile profile(Workload workload, int first, int end) {
        return new DeviceProfile(
                DeviceAttributes.NONE,
                IntStream.range(first, end)
                        .mapToObj(token -> app(workload, token))
                        .toList());
    }

    private static AppInstance app(Workload workload, int token) {
        return AppInstance.of(
                key(token),
                Apl.SYSTEM_CORE,
                permissions(workload.requested(token)),
                Set.of(),
                "",
                Arrays.stream(workload.roles(token)).mapToObj(Names::role).toList());
    }

    private static Collection<String> permissions(int[] permissions) {
        return Arrays.stream(permissions).mapToObj(Names::permission).toList();
    }

    public static AppKey key(int token) {
        return AppKey.of(Names.app(token));
    }

    /** The moment of a question as a device tells it: one location tag, one group, a time on the first day of all. */
    static Situation situation(Workload.Questions questions, int question) {
        return new Situation(
                Instant.EPOCH.plus(Duration.ofMinutes(questions.minute()[question])),
                Optional.empty(),
                new TreeSet<>(Set.of(Names.location(questions.location()[question]))),
                new TreeSet<>(Set.of(Names.group(questions.group()[question]))),
                new TreeSet<>(),
                Optional.empty());
    }

    /** Why a question is answered as it is: the oracle's answer in our words. */
    public static Reason reason(Workload workload, int question) {
        Workload.Questions questions = workload.questions();
        int token = questions.token()[question];
        int permission = questions.permission()[question];
        if (questions.granted()[question]) {
            return Reason.ROLE;
        }
        if (!workload.isRequested(token, permission)) {
            return Reason.NOT_REQUESTED;
        }
        return rule(workload, question).isPresent() ? Reason.CONDITION : Reason.NOT_IN_ROLE;
    }

    /** The binding that gives the permission asked for, or would if its condition held: the first by name. */
    public static Optional<String> rule(Workload workload, int question) {
        int token = workload.questions().token()[question];
        int permission = workload.questions().permission()[question];
        return workload.isRequested(token, permission)
                ? IntStream.of(workload.roles(token))
                        .filter(role -> workload.holds(role, permission))
                        .mapToObj(Names::role)
                        .sorted()
                        .findFirst()
                : Optional.empty();
    }
}

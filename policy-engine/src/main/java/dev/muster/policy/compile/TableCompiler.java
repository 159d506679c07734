package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.Compiled;
import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compiles a policy for very many apps at once, into memory. Apps that the same rules select share all work: a class of
 * them is judged 64 permissions at a time, and only where a condition or a guard rail speaks is a permission looked at by
 * itself. Says what {@link BundleCompiler} says. Not thread-safe; one instance per compilation.
 */
public final class TableCompiler {
    private static final Reason[] DENIALS = {Reason.SERVICE_ONLY, Reason.APL, Reason.UNBOUND, Reason.NOT_IN_ROLE};

    private final PermissionCatalog catalog;
    private final PolicySnapshot snapshot;
    private final DeviceAttributes device;
    private final Inventory inventory;
    private final int words;
    private final List<Binding> bindings;
    private final List<GuardRail> rails;
    private final List<Capability> capabilities;
    private final RuleIndex index;
    private final long[][] plain;
    private final long[][] special;
    private final long[] service;
    private final Map<Integer, long[]> levels = new HashMap<>();

    private final List<AppInstance> representatives = new ArrayList<>();
    private final List<BitSet> rules = new ArrayList<>();
    private final Shapes.Builder shapes = new Shapes.Builder();
    private final int[] denials = new int[32];

    private TableCompiler(
            PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device, Inventory inventory) {
        this.catalog = catalog;
        this.snapshot = snapshot;
        this.device = device;
        this.inventory = inventory;
        this.words = inventory.words();
        this.bindings = snapshot.bindings().stream()
                .filter(one -> one.devices().matches(device))
                .toList();
        this.rails = snapshot.guardRails().stream()
                .filter(one -> one.devices().matches(device))
                .toList();
        this.capabilities = snapshot.capabilities().stream()
                .filter(one -> Evaluator.isShared(one) && one.devices().matches(device))
                .toList();
        List<RuleIndex.Selected> selected = new ArrayList<>();
        bindings.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        rails.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        capabilities.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        this.index = new RuleIndex(selected);
        this.plain = new long[selected.size()][];
        this.special = new long[selected.size()][];
        this.service = new long[words];
        prepare();
        for (Reason denial : DENIALS) {
            denials[denial.number()] = shapes.add(Chain.denied(denial));
        }
    }

    /**
     * The policy as every app of the inventory on devices with these attributes sees it.
     *
     * @throws BundleException when the policy asks for more than a bundle holds
     */
    public static Bundle compile(
            PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device, Inventory inventory) {
        return new TableCompiler(catalog, snapshot, device, inventory).compile();
    }

    /** Per rule the columns it grants outright, and the columns that have to be looked at one by one. */
    private void prepare() {
        Map<String, long[]> always = new HashMap<>();
        Map<String, long[]> sometimes = new HashMap<>();
        for (Role role : snapshot.roles()) {
            always.put(role.name(), inventory.bits(role.permissions()));
            long[] conditional = new long[words];
            role.conditional().forEach(one -> or(conditional, inventory.bits(one.permissions())));
            sometimes.put(role.name(), conditional);
        }
        int rule = 0;
        for (Binding binding : bindings) {
            long[] given = new long[words];
            long[] asked = new long[words];
            for (String role : binding.roles()) {
                or(binding.when() instanceof Condition.Always ? given : asked, always.getOrDefault(role, given));
                or(asked, sometimes.getOrDefault(role, asked));
            }
            plain[rule] = given;
            special[rule++] = asked;
        }
        for (GuardRail rail : rails) {
            long[] touched = inventory.bits(rail.deny());
            rail.ceiling().ifPresent(ceiling -> {
                long[] inside = inventory.bits(ceiling);
                for (int i = 0; i < words; i++) {
                    touched[i] |= ~inside[i];
                }
            });
            plain[rule] = new long[words];
            special[rule++] = touched;
        }
        for (Capability capability : capabilities) {
            plain[rule] = new long[words];
            special[rule++] = inventory.bits(capability.permissions());
        }
        for (int column = 0; column < inventory.permissions().length; column++) {
            if (definition(column).availableType() == AvailableType.SERVICE) {
                service[column >>> 6] |= 1L << column;
            }
        }
    }

    private PermissionDefinition definition(int column) {
        return catalog.find(inventory.permissions()[column]).orElseThrow();
    }

    private Bundle compile() {
        int[] classes = classes();
        Set<Condition> conditions = new HashSet<>();
        Set<String> used = new HashSet<>();
        bindings.forEach(one -> {
            conditions.add(one.when());
            used.addAll(one.roles());
        });
        snapshot.roles().stream()
                .filter(role -> used.contains(role.name()))
                .flatMap(role -> role.conditional().stream())
                .forEach(one -> conditions.add(one.when()));
        rails.forEach(one -> conditions.add(one.when()));
        capabilities.forEach(one -> conditions.add(one.whole()));
        FactTable facts = FactTable.of(conditions, snapshot);
        String timeZone = BundleCompiler.timeZone(conditions, device.timeZone());

        ClassAnswers answers = new ClassAnswers(
                classes,
                representatives,
                new Evaluator(catalog, snapshot, device),
                new Chains(facts),
                inventory.permissions());
        int[] common = lookAtSpecial(classes, answers);
        Shapes built = shapes.build();
        keepPackable(common, built);
        long[] low = new long[representatives.size() * words];
        long[] high = new long[low.length];
        Map<Integer, long[]> commonDenials = commonDenials(common);
        for (int one = 0; one < representatives.size(); one++) {
            fillClass(one, common, commonDenials, answers, low, high);
        }
        return Bundle.of(new Compiled(
                snapshot.version(),
                inventory.bundles(),
                inventory.instances(),
                inventory.permissions(),
                fillRows(classes, low, high),
                common,
                built,
                new ConditionBlock(timeZone, facts, List.of()),
                answers));
    }

    /** Numbers the rows by the rules that select them: kinds of apps, told further apart by name where rules do. */
    private int[] classes() {
        int[] classes = new int[inventory.apps().size()];
        int[] byKind = new int[inventory.kinds()];
        Arrays.fill(byKind, -1);
        Map<List<Object>, Integer> byName = new HashMap<>();
        boolean names = index.looksAtNames();
        for (int row = 0; row < classes.length; row++) {
            int kind = inventory.kind(row);
            if (names) {
                AppInstance app = inventory.apps().get(row);
                classes[row] =
                        byName.computeIfAbsent(List.of(kind, index.named(app.bundle())), absent -> newClass(app));
            } else {
                if (byKind[kind] < 0) {
                    byKind[kind] = newClass(inventory.apps().get(row));
                }
                classes[row] = byKind[kind];
            }
        }
        return classes;
    }

    private int newClass(AppInstance app) {
        representatives.add(app);
        rules.add(index.matching(app));
        return representatives.size() - 1;
    }

    /** Judges by itself what conditions and guard rails touch; returns per column the shape found most often. */
    private int[] lookAtSpecial(int[] classes, ClassAnswers answers) {
        int columns = inventory.permissions().length;
        int[] common = new int[columns];
        Arrays.fill(common, denials[Reason.NOT_IN_ROLE.number()]);
        boolean any =
                Arrays.stream(special).anyMatch(bits -> Arrays.stream(bits).anyMatch(word -> word != 0));
        if (!any) {
            return common;
        }
        long[] asked = new long[representatives.size() * words];
        long[] requested = inventory.requested();
        for (int row = 0; row < classes.length; row++) {
            for (int i = 0; i < words; i++) {
                asked[classes[row] * words + i] |= requested[row * words + i];
            }
        }
        Map<Long, Integer> counts = new TreeMap<>();
        for (int one = 0; one < representatives.size(); one++) {
            for (int i = 0; i < words; i++) {
                long touched = 0;
                for (int rule = rules.get(one).nextSetBit(0);
                        rule >= 0;
                        rule = rules.get(one).nextSetBit(rule + 1)) {
                    touched |= special[rule][i];
                }
                for (long bits = touched & asked[one * words + i]; bits != 0; bits &= bits - 1) {
                    int column = (i << 6) + Long.numberOfTrailingZeros(bits);
                    int shape = answers.look(one, column, shapes);
                    counts.merge(((long) column << 32) | shape, 1, Integer::sum);
                }
            }
        }
        int[] most = new int[columns];
        counts.forEach((cell, count) -> {
            int column = (int) (cell >>> 32);
            int shape = (int) (long) cell;
            if (shape != Shapes.ROLE && count > most[column]) {
                most[column] = count;
                common[column] = shape;
            }
        });
        return common;
    }

    private static void keepPackable(int[] common, Shapes built) {
        for (int column = 0; column < common.length; column++) {
            if (!built.isPackable(common[column])) {
                common[column] = -1;
            }
        }
    }

    /** Two bits per permission as an app of the class would have them that requests everything. */
    private void fillClass(
            int one, int[] common, Map<Integer, long[]> commonDenials, ClassAnswers answers, long[] low, long[] high) {
        BitSet matching = rules.get(one);
        int[] selected = matching.stream().toArray();
        long[] level = level(representatives.get(one));
        boolean bound = selected.length > 0 && selected[0] < bindings.size();
        int otherwise = denials[(bound ? Reason.NOT_IN_ROLE : Reason.UNBOUND).number()];
        answers.otherwise(one, otherwise, service, level, denials);
        long[] serviceCommon = bits(commonDenials, denials[Reason.SERVICE_ONLY.number()]);
        long[] aplCommon = bits(commonDenials, denials[Reason.APL.number()]);
        long[] otherwiseCommon = bits(commonDenials, otherwise);
        for (int i = 0; i < words; i++) {
            long given = 0;
            long touched = 0;
            for (int rule : selected) {
                given |= plain[rule][i];
                touched |= special[rule][i];
            }
            long role = given & level[i] & ~service[i] & ~touched;
            long alike = (service[i] & serviceCommon[i])
                    | (~service[i] & ~level[i] & aplCommon[i])
                    | (~service[i] & level[i] & otherwiseCommon[i]);
            for (long bits = touched; bits != 0; bits &= bits - 1) {
                int bit = Long.numberOfTrailingZeros(bits);
                int column = (i << 6) + bit;
                if (column < common.length) {
                    int shape = answers.shapeOf(one, column);
                    role |= shape == Shapes.ROLE ? 1L << bit : 0;
                    alike = (alike & ~(1L << bit)) | (shape == common[column] ? 1L << bit : 0);
                }
            }
            low[one * words + i] = role | ~alike;
            high[one * words + i] = ~role;
        }
    }

    /** Per denial the columns whose common shape it is. */
    private Map<Integer, long[]> commonDenials(int[] common) {
        Map<Integer, long[]> columns = new HashMap<>();
        for (Reason denial : DENIALS) {
            columns.put(denials[denial.number()], new long[words]);
        }
        for (int column = 0; column < common.length; column++) {
            long[] bits = columns.get(common[column]);
            if (bits != null) {
                bits[column >>> 6] |= 1L << column;
            }
        }
        return columns;
    }

    private long[] fillRows(int[] classes, long[] low, long[] high) {
        long[] requested = inventory.requested();
        if (requested.length > (Integer.MAX_VALUE - 16) / 2) {
            throw new BundleException("bundle: fewer apps expected, found " + classes.length);
        }
        long[] bits = new long[requested.length * 2];
        for (int row = 0, at = 0; row < classes.length; row++) {
            int from = classes[row] * words;
            for (int i = 0; i < words; i++, at++) {
                bits[2 * at] = requested[at] & low[from + i];
                bits[2 * at + 1] = requested[at] & high[from + i];
            }
        }
        return bits;
    }

    /** The columns that an app's level, or its signed profile, lets it have. */
    private long[] level(AppInstance app) {
        long[] byLevel = levels.computeIfAbsent(app.apl().value(), absent -> {
            long[] bits = new long[words];
            for (int column = 0; column < inventory.permissions().length; column++) {
                if (app.apl().covers(definition(column).availableLevel())) {
                    bits[column >>> 6] |= 1L << column;
                }
            }
            return bits;
        });
        if (app.acls().isEmpty()) {
            return byLevel;
        }
        long[] lifted = inventory.bits(app.acls().stream()
                .filter(name -> catalog.find(name)
                        .filter(PermissionDefinition::provisionEnable)
                        .isPresent())
                .toList());
        or(lifted, byLevel);
        return lifted;
    }

    private static long[] bits(Map<Integer, long[]> columns, int denial) {
        return java.util.Objects.requireNonNull(columns.get(denial), "one of the denials");
    }

    private static void or(long[] into, long[] bits) {
        for (int i = 0; i < into.length; i++) {
            into[i] |= bits[i];
        }
    }
}

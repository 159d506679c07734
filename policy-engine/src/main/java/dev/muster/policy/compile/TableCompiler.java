package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.Cells;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.Compiled;
import dev.muster.policy.bundle.Shapes;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles a policy for very many apps at once, into memory. Apps that the same rules select share all work: a class of
 * them is judged 64 permissions at a time, and only where a condition or a guard rail speaks is a permission looked at by
 * itself. What apps request is not touched at all. Says what {@link BundleCompiler} says. Not thread-safe; one instance per
 * compilation.
 */
public final class TableCompiler {
    private static final Reason[] DENIALS = {Reason.SERVICE_ONLY, Reason.APL, Reason.UNBOUND, Reason.NOT_IN_ROLE};

    private final PermissionCatalog catalog;
    private final PolicySnapshot snapshot;
    private final DeviceAttributes device;
    private final Inventory inventory;
    private final int words;
    private final RuleColumns rules;
    private final long[] service;
    private final Map<Integer, long[]> levels = new HashMap<>();

    private final List<AppInstance> representatives = new ArrayList<>();
    private final List<int[]> selected = new ArrayList<>();
    private final Shapes.Builder shapes = new Shapes.Builder();
    private final int[] denials = new int[32];

    private TableCompiler(
            PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device, Inventory inventory) {
        this.catalog = catalog;
        this.snapshot = snapshot;
        this.device = device;
        this.inventory = inventory;
        this.words = inventory.words();
        this.rules = new RuleColumns(snapshot, device, inventory);
        this.service = new long[words];
        for (int column = 0; column < inventory.permissions().length; column++) {
            if (definition(column).availableType() == AvailableType.SERVICE) {
                service[column >>> 6] |= 1L << column;
            }
        }
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

    private PermissionDefinition definition(int column) {
        return catalog.find(inventory.permissions()[column]).orElseThrow();
    }

    private Bundle compile() {
        Cells.Grouping classes = classes();
        long[] asked = rules.index().looksAtNames() ? inventory.requestedBy(classes) : inventory.requestedByKind();
        Looks looks = look(asked);
        Set<Condition> conditions = new LinkedHashSet<>();
        looks.signatures.conditions(conditions::add);
        FactTable facts = BundleCompiler.facts(conditions, snapshot);
        String timeZone = BundleCompiler.timeZone(conditions, device.timeZone());
        Chains chains = new Chains(facts);
        int[] shapeOf = looks.signatures.shapes(chains, shapes);
        Shapes built = shapes.build();
        int[] common = common(looks.signatures, shapeOf, built);
        ClassAnswers answers = new ClassAnswers(
                classes.ofRow(),
                representatives,
                new Evaluator(catalog, snapshot, device),
                chains,
                inventory.permissions());
        return Bundle.of(new Compiled(
                snapshot.version(),
                inventory.bundles(),
                inventory.instances(),
                inventory.permissions(),
                fill(classes, asked, looks, shapeOf, common, answers),
                common,
                built,
                new ConditionBlock(timeZone, facts, List.of()),
                answers));
    }

    /** Numbers the rows by the rules that select them: kinds of apps, told further apart by name where rules do. */
    private Cells.Grouping classes() {
        Cells.Grouping kinds = inventory.kinds();
        if (!rules.index().looksAtNames()) {
            for (int kind = 0; kind < kinds.count(); kind++) {
                newClass(inventory.apps().get(kinds.firstRow(kind)));
            }
            return kinds;
        }
        int[] classes = new int[inventory.apps().size()];
        Map<List<Object>, Integer> byName = new HashMap<>();
        for (int row = 0; row < classes.length; row++) {
            AppInstance app = inventory.apps().get(row);
            classes[row] = byName.computeIfAbsent(
                    List.of(kinds.ofRow()[row], rules.index().named(app.bundle())), absent -> newClass(app));
        }
        return Cells.Grouping.of(classes, representatives.size());
    }

    private int newClass(AppInstance app) {
        representatives.add(app);
        selected.add(rules.matching(app));
        return representatives.size() - 1;
    }

    /** What was looked at by itself: class and column, and what the rules say there. Classes rise. */
    private static final class Looks {
        private final Signatures signatures;
        private int[] classes = new int[256];
        private int[] columns = new int[256];
        private int[] numbers = new int[256];
        private int size;

        Looks(Signatures signatures) {
            this.signatures = signatures;
        }

        void add(int one, int column, int signature) {
            if (size == classes.length) {
                classes = Arrays.copyOf(classes, size * 2);
                columns = Arrays.copyOf(columns, size * 2);
                numbers = Arrays.copyOf(numbers, size * 2);
            }
            classes[size] = one;
            columns[size] = column;
            numbers[size++] = signature;
        }
    }

    /** Looks at what conditions and guard rails touch, of what some app of a class requests. */
    private Looks look(long[] asked) {
        Looks looks = new Looks(new Signatures(rules.pieces()));
        if (!rules.looksAtColumns()) {
            return looks;
        }
        Signatures.Found limits = new Signatures.Found();
        Signatures.Found grants = new Signatures.Found();
        for (int one = 0; one < representatives.size(); one++) {
            int[] some = selected.get(one);
            long[] level = level(representatives.get(one));
            for (int i = 0; i < words; i++) {
                long here = rules.touched(some, i) & asked[one * words + i] & level[i] & ~service[i];
                for (long bits = here; bits != 0; bits &= bits - 1) {
                    int column = (i << 6) + Long.numberOfTrailingZeros(bits);
                    rules.look(some, column, limits, grants);
                    looks.add(one, column, looks.signatures.number(limits, grants, otherwise(some)));
                }
            }
        }
        return looks;
    }

    private Reason otherwise(int[] some) {
        return some.length > 0 && rules.isBinding(some[0]) ? Reason.NOT_IN_ROLE : Reason.UNBOUND;
    }

    /** Per column the shape found most often where something was looked at; elsewhere that no role holds it. */
    private int[] common(Signatures signatures, int[] shapeOf, Shapes built) {
        int[] common = new int[inventory.permissions().length];
        Arrays.fill(common, denials[Reason.NOT_IN_ROLE.number()]);
        Map<Long, Integer> counts = new HashMap<>();
        int[] most = new int[common.length];
        for (int i = 0; i < shapeOf.length; i++) {
            int column = signatures.column(i);
            int count = counts.merge(((long) column << 32) | shapeOf[i], signatures.count(i), Integer::sum);
            if (shapeOf[i] != Shapes.ROLE && count > most[column] && built.isPackable(shapeOf[i])) {
                most[column] = count;
                common[column] = shapeOf[i];
            }
        }
        return common;
    }

    private Cells fill(
            Cells.Grouping classes, long[] asked, Looks looks, int[] shapeOf, int[] common, ClassAnswers answers) {
        long[] low = new long[representatives.size() * words];
        long[] high = new long[low.length];
        long[] alikeService = columnsOf(common, Reason.SERVICE_ONLY);
        long[] alikeApl = columnsOf(common, Reason.APL);
        long[] alikeUnbound = columnsOf(common, Reason.UNBOUND);
        long[] alikeNotInRole = columnsOf(common, Reason.NOT_IN_ROLE);
        int at = 0;
        for (int one = 0; one < representatives.size(); one++) {
            int[] some = selected.get(one);
            long[] level = level(representatives.get(one));
            Reason none = otherwise(some);
            answers.otherwise(one, denials[none.number()], service, level, denials);
            long[] alikeNone = none == Reason.UNBOUND ? alikeUnbound : alikeNotInRole;
            for (int i = 0; i < words; i++) {
                long allowed = level[i] & ~service[i];
                long alike = (service[i] & alikeService[i])
                        | (~service[i] & ~level[i] & alikeApl[i])
                        | (allowed & alikeNone[i]);
                long role = rules.plain(some, i) & allowed;
                low[one * words + i] = role | ~alike;
                high[one * words + i] = ~role;
            }
            for (; at < looks.size && looks.classes[at] == one; at++) {
                int column = looks.columns[at];
                int shape = shapeOf[looks.numbers[at]];
                int cell = shape == Shapes.ROLE ? 1 : shape == common[column] ? 2 : 3;
                int word = one * words + (column >>> 6);
                low[word] = (low[word] & ~(1L << column)) | ((cell & 1L) << column);
                high[word] = (high[word] & ~(1L << column)) | (((cell >>> 1) & 1L) << column);
                if (cell == 3) {
                    answers.put(one, column, shape);
                }
            }
        }
        return new Cells.Classes(classes, low, high, asked, inventory.requested(), words);
    }

    /** The columns whose common shape a denial is. */
    private long[] columnsOf(int[] common, Reason denial) {
        long[] bits = new long[words];
        for (int column = 0; column < common.length; column++) {
            if (common[column] == denials[denial.number()]) {
                bits[column >>> 6] |= 1L << column;
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
        for (int i = 0; i < words; i++) {
            lifted[i] |= byLevel[i];
        }
        return lifted;
    }
}

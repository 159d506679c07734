package dev.muster.policy.bundle;

import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.permission.PermissionCatalog;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled policy, answering from memory. One question reads one word and, where a condition decides, four words
 * of the permission's column; the layout is that of {@link Compiled}. Immutable and thread-safe.
 *
 * <p>A bundle by itself proves nothing about who made it: load it with {@link BundleLoader}.
 */
public final class Bundle {
    private static final int BASE = PermissionCatalog.BASE_SIZE;
    private static final long UNKNOWN_TOKEN = Decision.of(Reason.UNKNOWN_TOKEN);
    private static final long UNKNOWN_PERMISSION = Decision.of(Reason.UNKNOWN_PERMISSION);
    private static final int NOT_REQUESTED_CODE = Decision.code(Reason.NOT_REQUESTED, Decision.NO_STEP);
    /** The codes of the cells 00 and 01 in every column, 16 bits each from the top; see {@link Decision#code}. */
    private static final long CODES = ((long) NOT_REQUESTED_CODE << 48) | ((long) Decision.code(Reason.ROLE, 0) << 32);

    private static final long TOP = -1L << 48;

    private final Compiled compiled;
    private final int length;
    /** Made when the first question by name comes: comparing policies asks none. A race makes it twice, to no harm. */
    private @Nullable NameTable rowNumbers;

    private final NameTable columnNumbers;
    private final ZoneId zone;

    // What one question reads, out of the record for speed. No rows where they do not lie by themselves; see Cells.
    private final int rows;
    private final int columns;
    private final int stride;
    private final long[] cells;
    /** Per column the codes of the cells 00, 01 and 10 as {@link #CODES} has them; empty where one depends on the moment. */
    private final long[] codes;

    /** Per column the packed common shape, see {@link Shapes#pack}; empty where none depends on the moment. */
    private final long[] packed;

    private final int conditionalColumns;

    private Bundle(Compiled compiled, int length) {
        this.compiled = compiled;
        this.length = length;
        this.columns = compiled.permissions().length;
        switch (compiled.cells()) {
            case Cells.Rows direct -> {
                this.rows = compiled.bundles().length;
                this.stride = direct.stride();
                this.cells = direct.words();
            }
            case Cells.Classes ignored -> {
                this.rows = 0;
                this.stride = 0;
                this.cells = new long[0];
            }
        }
        this.columnNumbers = new NameTable(compiled.permissions(), new long[0]);
        this.zone = compiled.conditions().zone();
        boolean conditional = Arrays.stream(compiled.common())
                .anyMatch(shape -> shape >= 0 && compiled.shapes().isConditional(shape));
        this.codes = new long[conditional ? 0 : columns];
        this.packed = new long[conditional ? columns * Shapes.PACKED : 0];
        this.conditionalColumns = conditional ? columns : 0;
        for (int column = 0; column < columns; column++) {
            int shape = compiled.common()[column];
            if (conditional && shape >= 0) {
                System.arraycopy(compiled.shapes().pack(shape), 0, packed, column * Shapes.PACKED, Shapes.PACKED);
            } else if (!conditional) {
                int common = shape < 0 ? 0 : compiled.shapes().judge(shape, DecisionContext.NONE);
                codes[column] = CODES | ((long) common << 16);
            }
        }
    }

    /**
     * Opens a bundle on the remaining bytes of a buffer.
     *
     * @throws BundleException when it is truncated, altered, of another format or version, or contradicts itself
     */
    public static Bundle open(ByteBuffer buffer) {
        ByteBuffer bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new Bundle(BundleReader.read(bytes), bytes.capacity());
    }

    /** A policy that was compiled in this process; has no file. */
    public static Bundle of(Compiled compiled) {
        return new Bundle(compiled, 0);
    }

    /** The bundle that this content would be written as, without writing it. */
    public static Bundle of(BundleContent content) {
        return of(FileAnswers.layOut(content));
    }

    /** Version of the policy it was compiled from. */
    public long policyVersion() {
        return compiled.policyVersion();
    }

    /** Length of its file in bytes. */
    public int length() {
        return length;
    }

    /** The layout in memory, which must not be changed; for comparing whole policies. */
    public Compiled compiled() {
        return compiled;
    }

    /** Number of app instances it speaks of. */
    public int rows() {
        return compiled.bundles().length;
    }

    /** The row of an app instance, or -1 where the bundle does not speak of it. */
    public int row(AppKey app) {
        return row(app.bundle(), app.user(), app.instance());
    }

    /** The same without an object. Does not allocate after the first time. */
    public int row(String bundle, int user, int instance) {
        NameTable table = rowNumbers;
        if (table == null) {
            table = new NameTable(compiled.bundles(), compiled.instances());
            rowNumbers = table;
        }
        return table.find(bundle, tag(user, instance));
    }

    static long tag(int user, int instance) {
        return ((long) user << 32) | (instance & 0xFFFF_FFFFL);
    }

    /** The app instance of a row, 0 to {@link #rows()} - 1. */
    public AppKey app(int row) {
        long instance = compiled.instances()[row];
        return new AppKey(compiled.bundles()[row], (int) (instance >>> 32), (int) instance);
    }

    /**
     * The number this bundle knows a permission by, or -1 where neither it nor the base registry has the name. Does not
     * allocate.
     */
    public int permission(String name) {
        int column = columnNumbers.find(name, 0);
        if (column >= 0) {
            return column;
        }
        // Beyond the columns: defined, but nobody requests it. A newer registry of the reader does not count: equal
        // bundles
        // answer alike on every agent.
        int id = PermissionCatalog.builtIn().id(name);
        return id >= 0 && id < BASE ? columns + id : -1;
    }

    /** The name of a permission number of this bundle. */
    public String permissionName(int number) {
        return number < columns
                ? compiled.permissions()[number]
                : PermissionCatalog.builtIn().at(number - columns).name();
    }

    /** What is true now, in this bundle's numbering. Make it once per situation, not per question. */
    public DecisionContext context(Situation situation) {
        return compiled.conditions().facts().context(situation, zone);
    }

    /** The same for a moment that names what holds. */
    public DecisionContext context(PolicyTest.Moment moment) {
        return compiled.conditions().facts().context(moment, zone);
    }

    /** The facts that its conditions ask for. */
    public FactTable facts() {
        return compiled.conditions().facts();
    }

    /**
     * Whether an app may use a permission, and why; see {@link Decision}. Unknown rows and permissions, -1 among them, are
     * denied. Does not allocate.
     *
     * @param row from {@link #row}
     * @param permission from {@link #permission}
     */
    public long verify(int row, int permission, LeaseState lease, DecisionContext context) {
        // Few instructions: this is asked more often than anything else. One check bounds the permission, says that
        // nothing
        // depends on the moment, and spares the array's own.
        long[] fixed = codes;
        if (Integer.compareUnsigned(permission, fixed.length) >= 0
                || Integer.compareUnsigned(row, rows) >= 0
                || lease != LeaseState.HOLDS) {
            return verifyInMoment(row, permission, lease, context);
        }
        long code = (fixed[permission] << cellTimes16(row, permission)) & TOP;
        return code == 0
                ? Decision.of(exact(row, permission, context), row, permission)
                : code | ((long) permission << 32) | row;
    }

    /** 16 times the cell in its low six bits, which are all that a shift looks at, as it does with twice the permission. */
    private int cellTimes16(int row, int permission) {
        return (int) (cells[row * stride + (permission >>> 5)] >>> (permission << 1)) << 4;
    }

    private long verifyInMoment(int row, int permission, LeaseState lease, DecisionContext context) {
        if (Integer.compareUnsigned(permission, conditionalColumns) >= 0
                || Integer.compareUnsigned(row, rows) >= 0
                || lease != LeaseState.HOLDS) {
            return rare(row, permission, lease, context);
        }
        // Judged also where it does not matter: a guess that goes wrong costs more than four words.
        long judged = Shapes.judgePacked(packed, permission * Shapes.PACKED, context);
        long code = ((CODES | (judged << 16)) << cellTimes16(row, permission)) & TOP;
        return code == 0
                ? Decision.of(exact(row, permission, context), row, permission)
                : code | ((long) permission << 32) | row;
    }

    /** The same by names. Does not allocate. */
    public long verify(
            String bundle, int user, int instance, String permission, LeaseState lease, DecisionContext context) {
        return verify(row(bundle, user, instance), permission(permission), lease, context);
    }

    private int exact(int row, int permission, DecisionContext context) {
        return compiled.shapes().judge(compiled.exact().shape(row, permission), context);
    }

    private long rare(int row, int permission, LeaseState lease, DecisionContext context) {
        if (row < 0 || row >= rows()) {
            return UNKNOWN_TOKEN;
        }
        if (permission < 0 || permission >= columns + BASE) {
            return UNKNOWN_PERMISSION;
        }
        if (permission >= columns) {
            return Decision.of(NOT_REQUESTED_CODE, row, Decision.NO_PERMISSION);
        }
        int shape = compiled.shape(row, permission);
        int code = shape < 0 ? NOT_REQUESTED_CODE : compiled.shapes().judge(shape, context);
        long decision = Decision.of(code, row, permission);
        if (!Decision.isGranted(decision)) {
            return decision;
        }
        // A lease that ended and is kept changes nothing.
        return switch (lease) {
            case HOLDS, ENDED_KEPT -> decision;
            case ENDED_GUARDRAILS ->
                endsWithLease(row, permission)
                        ? Decision.of(Decision.code(Reason.LEASE_GUARD_RAIL, Decision.step(decision)), row, permission)
                        : decision;
            case ENDED_DENIED -> Decision.of(Decision.code(Reason.LEASE_ENDED, Decision.NO_STEP), row, permission);
        };
    }

    /** Whether a guard rail lets a requested permission end with the lease. Does not allocate. */
    public boolean endsWithLease(int row, int permission) {
        return permission < columns && compiled.exact().endsWithLease(row, permission);
    }

    /** A decision of this bundle with the rule's names and its condition in words. */
    public Answer describe(long decision) {
        Reason reason = Decision.reason(decision);
        int row = Decision.row(decision);
        int column = Decision.permission(decision);
        if (row < 0 || row >= rows() || column >= columns || reason == Reason.NOT_REQUESTED) {
            return new Answer(reason.isGranted(), reason, Optional.empty(), Optional.empty());
        }
        return describe(compiled.exact().chain(row, column), reason, Decision.step(decision));
    }

    private Answer describe(Chain chain, Reason reason, int step) {
        if (reason == Reason.LEASE_GUARD_RAIL) {
            return new Answer(false, reason, chain.deniedAfterLease(), Optional.empty());
        }
        if (step >= chain.steps().size()) {
            return new Answer(reason.isGranted(), reason, Optional.empty(), Optional.empty());
        }
        Chain.Step decided = chain.steps().get(step);
        // A denial for want of a condition names what the first grant waits for.
        Terms when = reason == Reason.CONDITION
                ? chain.steps().stream()
                        .filter(one -> one.reason().isGranted())
                        .findFirst()
                        .map(Chain.Step::when)
                        .orElse(Terms.NEVER)
                : decided.when();
        return new Answer(
                reason.isGranted(),
                reason,
                decided.rule(),
                when.isAlways()
                        ? Optional.empty()
                        : Optional.of(dev.muster.policy.condition.Conditions.text(when, facts())));
    }

    /** The permissions that an app requests, with the decision on each while the lease holds, by name. */
    public List<Requested> requested(int row, DecisionContext context) {
        List<Requested> found = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            if (compiled.cells().cell(row, column) != 0) {
                found.add(
                        new Requested(compiled.permissions()[column], verify(row, column, LeaseState.HOLDS, context)));
            }
        }
        return found;
    }

    /** The same where nothing is known about the moment. */
    public List<Requested> requested(int row) {
        return requested(row, DecisionContext.NONE);
    }

    /** What decides about a requested permission; empty where the row does not request it. */
    public Optional<Chain> chain(int row, int permission) {
        boolean asked = row >= 0
                && row < rows()
                && permission >= 0
                && permission < columns
                && compiled.shape(row, permission) >= 0;
        return asked ? Optional.of(compiled.exact().chain(row, permission)) : Optional.empty();
    }

    /** One requested permission with its packed decision. */
    public record Requested(String permission, long decision) {}
}

package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A compiled bundle, answering from its bytes as they are. Opening checks every offset once; asking then trusts them.
 * Immutable and thread-safe as long as nobody writes to the buffer it was opened on.
 *
 * <p>A bundle by itself proves nothing about who made it: load it with {@link BundleLoader}.
 */
public final class Bundle {
    private final ByteBuffer bytes;
    private final int rows;
    private final int rowCount;
    /** Per row where its words begin, then slots in the low and buckets in the high half: copied out for speed. */
    private final int[] tables;

    private final int[] words;

    /** Answers as {@link Decision} packs them, by number. */
    private final long[] decisions;

    private final int decisionBytes;
    private final int rules;
    private final int ruleCount;
    private final int extra;
    private final int extraCount;
    private final int strings;

    private Bundle(ByteBuffer bytes) {
        this.bytes = bytes;
        this.rows = bytes.getInt(AT_ROWS);
        this.rowCount = bytes.getInt(AT_ROWS + 4);
        this.tables = new int[rowCount * 2];
        for (int row = 0; row < rowCount; row++) {
            tables[row * 2] = bytes.getInt(rows + row * ROW + 12);
            tables[row * 2 + 1] = bytes.getInt(rows + row * ROW + 16);
        }
        this.words = new int[bytes.getInt(AT_WORDS + 4)];
        bytes.slice(bytes.getInt(AT_WORDS), words.length * WORD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        this.decisions = new long[bytes.getInt(AT_DECISIONS + 4)];
        this.decisionBytes = bytes.getInt(AT_DECISIONS);
        for (int i = 0; i < decisions.length; i++) {
            long packed = bytes.getLong(decisionBytes + i * DECISION);
            decisions[i] = Decision.of(
                    (int) packed & 0xFF,
                    ((packed >>> 8) & 1) != 0,
                    (int) (packed >>> 16) & 0xFFFF,
                    (int) (packed >>> 32) & 0xFFFF);
        }
        this.rules = bytes.getInt(AT_RULES);
        this.ruleCount = bytes.getInt(AT_RULES + 4);
        this.extra = bytes.getInt(AT_EXTRA);
        this.extraCount = bytes.getInt(AT_EXTRA + 4);
        this.strings = bytes.getInt(AT_STRINGS);
    }

    /**
     * Opens a bundle on the remaining bytes of a buffer, which must not change afterwards.
     *
     * @throws BundleException when it is truncated, altered, of another format or version, or contradicts itself
     */
    public static Bundle open(ByteBuffer buffer) {
        ByteBuffer bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        BundleCheck.check(bytes);
        return new Bundle(bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Version of the policy it was compiled from. */
    public long policyVersion() {
        return bytes.getLong(AT_POLICY_VERSION);
    }

    /** Length in bytes. */
    public int length() {
        return bytes.capacity();
    }

    /** Number of app instances it speaks of. */
    public int rows() {
        return rowCount;
    }

    /** The row of an app instance, or -1 where the bundle does not speak of it. */
    public int row(AppKey app) {
        byte[] name = app.bundle().getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = rowCount - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareRow(middle, name, app.user(), app.instance());
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** The app instance of a row, 0 to {@link #rows()} - 1. */
    public AppKey app(int row) {
        int at = rows + row * ROW;
        return new AppKey(string(bytes.getInt(at)), bytes.getInt(at + 4), bytes.getInt(at + 8));
    }

    /** The id this bundle knows a permission by, or -1 where neither it nor the base registry has the name. */
    public int permission(String name) {
        int id = PermissionCatalog.builtIn().id(name);
        if (id >= 0 && id < BASE) {
            return id;
        }
        if (extraCount > 0) {
            byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < extraCount; i++) {
                if (compareString(bytes.getInt(extra + i * EXTRA), wanted) == 0) {
                    return BASE + i;
                }
            }
        }
        // A newer registry of the reader does not count: equal bundles answer alike on every agent.
        return -1;
    }

    /** The name of a permission id of this bundle. */
    public String permissionName(int id) {
        return id < BASE
                ? PermissionCatalog.builtIn().at(id).name()
                : string(bytes.getInt(extra + (id - BASE) * EXTRA));
    }

    /**
     * Whether an app may use a permission, and why; see {@link Decision}. Unknown rows and permissions, -1 among them, are
     * denied. Does not allocate.
     *
     * @param row from {@link #row}
     * @param permission from {@link #permission}
     */
    public long verify(int row, int permission, LeaseState lease, DecisionContext context) {
        if (row < 0 || row >= rowCount) {
            return UNKNOWN_TOKEN;
        }
        if (permission < 0 || permission > MAX_PERMISSION) {
            return UNKNOWN_PERMISSION;
        }
        int number = number(row, permission);
        long decision = decisions[number];
        return lease == LeaseState.HOLDS ? decision : afterLease(decision, number, lease);
    }

    /** The number of a decision; 0, which is "not requested", where the row holds none. No branch depends on the data. */
    private int number(int row, int permission) {
        int first = tables[row * 2];
        int sizes = tables[row * 2 + 1];
        int buckets = sizes >>> 16;
        int bucket = bucket(permission, buckets);
        int shift = (words[first + (bucket >> 2)] >>> ((bucket & 3) * 8)) & 0xFF;
        int entry = words[first + bucketWords(buckets) + slot(permission, shift, sizes & 0xFFFF)];
        int difference = (entry >>> 16) ^ permission;
        // All ones where the two are equal, else zero: both are below 2^16.
        return entry & 0xFFFF & ((difference - 1) >> 31);
    }

    private static final long UNKNOWN_TOKEN = Decision.of(Reason.UNKNOWN_TOKEN);
    private static final long UNKNOWN_PERMISSION = Decision.of(Reason.UNKNOWN_PERMISSION);
    private static final long LEASE_ENDED = Decision.of(Reason.LEASE_ENDED);

    private long afterLease(long decision, int number, LeaseState lease) {
        if (!Decision.isGranted(decision)) {
            return decision;
        }
        int rail = bytes.getShort(decisionBytes + number * DECISION + 6) & 0xFFFF;
        return switch (lease) {
            case HOLDS, ENDED_KEPT -> decision;
            case ENDED_GUARDRAILS -> rail == NO_RULE ? decision : Decision.of(Reason.LEASE_GUARD_RAIL, rail, 0);
            case ENDED_DENIED -> LEASE_ENDED;
        };
    }

    /** A decision of this bundle with the rule's names. */
    public Answer describe(long decision) {
        int rule = Decision.rule(decision);
        return new Answer(
                Decision.isGranted(decision),
                Decision.reason(decision),
                rule < ruleCount ? Optional.of(rule(rule)) : Optional.empty());
    }

    /** The permissions that an app requests, with the decision on each while the lease holds; in no given order. */
    public List<Requested> requested(int row) {
        int sizes = tables[row * 2 + 1];
        int first = tables[row * 2] + bucketWords(sizes >>> 16);
        List<Requested> found = new ArrayList<>();
        for (int i = 0; i < (sizes & 0xFFFF); i++) {
            int entry = words[first + i];
            if (entry != EMPTY_SLOT) {
                found.add(new Requested(permissionName(entry >>> 16), decisions[entry & 0xFFFF]));
            }
        }
        return found;
    }

    /** One requested permission with its packed decision. */
    public record Requested(String permission, long decision) {}

    private Rule rule(int index) {
        int at = rules + index * RULE;
        int role = bytes.getInt(at + 8);
        return new Rule(
                Rule.Kind.of(bytes.getInt(at)).orElseThrow(),
                string(bytes.getInt(at + 4)),
                role == NO_STRING ? Optional.empty() : Optional.of(string(role)));
    }

    private int compareRow(int row, byte[] name, int user, int instance) {
        int at = rows + row * ROW;
        int byName = compareString(bytes.getInt(at), name);
        int byUser = byName != 0 ? byName : Integer.compare(bytes.getInt(at + 4), user);
        return byUser != 0 ? byUser : Integer.compare(bytes.getInt(at + 8), instance);
    }

    private int compareString(int string, byte[] other) {
        int at = strings + string;
        int length = bytes.getShort(at) & 0xFFFF;
        for (int i = 0; i < Math.min(length, other.length); i++) {
            int order = Integer.compare(bytes.get(at + 2 + i) & 0xFF, other[i] & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length, other.length);
    }

    private String string(int offset) {
        int at = strings + offset;
        byte[] text = new byte[bytes.getShort(at) & 0xFFFF];
        bytes.get(at + 2, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}

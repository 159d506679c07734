package dev.muster.benchmarks.policy;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Roles, tokens, conditions and questions, the same for every engine and every run: all of it follows from one seed. A
 * token may use a permission when it requests it, one of its two roles holds it and, in {@link Kind#W2}, the condition of
 * the permission holds. {@link #isGranted} says so in the plainest way and is what engines are checked against.
 *
 * <p>Order and kind of the random draws are part of the workload: figures compare only as long as both stay.
 */
public final class Workload {
    public static final int ROLES = 100;
    public static final int PERMISSIONS = 1000;
    public static final int LOCATIONS = 16;
    public static final int GROUPS = 32;
    /** Longs of a bit row over all permissions. */
    public static final int WORDS = 16;

    private static final int GRANTS = 50;
    private static final int REQUESTED = 20;
    private static final int REQUESTED_OF_ROLES = 16;
    private static final long SEED = 42;

    /** Whether permissions have conditions. */
    public enum Kind {
        /** None has. */
        W1,
        /** A quarter each: none, a time window, one of some location tags, one of some groups in a time window. */
        W2
    }

    /** What the condition of a permission asks about. */
    public enum Asks {
        NOTHING,
        TIME,
        LOCATION,
        GROUP_AND_TIME
    }

    /**
     * The condition of one permission.
     *
     * @param from first minute of the day at which it holds
     * @param to first minute at which it holds no more, at most 1439
     * @param locations one bit per location tag that is enough
     * @param groups one bit per group that is enough
     */
    public record Condition(Asks asks, int from, int to, int locations, int groups) {
        boolean holds(int minute, int location, int group) {
            boolean inTime = minute >= from && minute < to;
            return switch (asks) {
                case NOTHING -> true;
                case TIME -> inTime;
                case LOCATION -> (locations >>> location & 1) != 0;
                case GROUP_AND_TIME -> (groups >>> group & 1) != 0 && inTime;
            };
        }
    }

    /** The questions, column by column, because that is how they are read; half of the answers are yes. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and copies would have to be read in the hot loops.
    public record Questions(
            int[] token, int[] permission, int[] minute, int[] location, int[] group, boolean[] granted) {
        Questions(int count) {
            this(new int[count], new int[count], new int[count], new int[count], new int[count], new boolean[count]);
        }

        public int count() {
            return token.length;
        }
    }

    private final Kind kind;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int[][] grants = new int[ROLES][];
    private final Condition[] conditions = new Condition[PERMISSIONS];
    private final int[][] roles;
    private final int[][] requested;
    private final Questions questions;

    /** A workload of {@code tokens} tokens; the first questions of a longer list are those of a shorter one. */
    public Workload(int tokens, Kind kind, int questions) {
        this.kind = kind;
        this.roles = new int[tokens][];
        this.requested = new int[tokens][];
        this.questions = new Questions(questions);
        drawGrants();
        drawConditions();
        drawTokens();
        drawQuestions();
    }

    public Kind kind() {
        return kind;
    }

    public int tokens() {
        return roles.length;
    }

    /** The permissions of a role, ascending. */
    public int[] grants(int role) {
        return grants[role];
    }

    /** The two roles of a token. */
    public int[] roles(int token) {
        return roles[token];
    }

    /** The permissions that a token requests, ascending. */
    public int[] requested(int token) {
        return requested[token];
    }

    /** The condition of a permission, which {@link Kind#W1} ignores. */
    public Condition condition(int permission) {
        return conditions[permission];
    }

    public Questions questions() {
        return questions;
    }

    /** The oracle. */
    public boolean isGranted(int token, int permission, int minute, int location, int group) {
        return isRequested(token, permission)
                && IntStream.of(roles[token]).anyMatch(role -> holds(role, permission))
                && (kind == Kind.W1 || conditions[permission].holds(minute, location, group));
    }

    boolean isRequested(int token, int permission) {
        return contains(requested[token], permission);
    }

    boolean holds(int role, int permission) {
        return contains(grants[role], permission);
    }

    private static boolean contains(int[] values, int wanted) {
        for (int value : values) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    private void drawGrants() {
        for (int role = 0; role < ROLES; role++) {
            BitSet held = new BitSet();
            while (held.cardinality() < GRANTS) {
                held.set(random.nextInt(PERMISSIONS));
            }
            grants[role] = held.stream().toArray();
        }
    }

    private void drawConditions() {
        Asks[] asks = Asks.values();
        for (int permission = 0; permission < PERMISSIONS; permission++) {
            int from = random.nextInt(0, 720);
            int to = from + random.nextInt(240, 720);
            int locations = 0;
            for (int i = 0; i < LOCATIONS / 2; i++) {
                locations |= 1 << random.nextInt(LOCATIONS);
            }
            int groups = 0;
            for (int i = 0; i < GROUPS / 2; i++) {
                groups |= 1 << random.nextInt(GROUPS);
            }
            conditions[permission] = new Condition(asks[permission & 3], from, to, locations, groups);
        }
    }

    private void drawTokens() {
        for (int token = 0; token < roles.length; token++) {
            int first = random.nextInt(ROLES);
            int second = random.nextInt(ROLES);
            while (second == first) {
                second = random.nextInt(ROLES);
            }
            roles[token] = new int[] {first, second};
            BitSet wanted = new BitSet();
            while (wanted.cardinality() < REQUESTED_OF_ROLES) {
                wanted.set(any(grants[random.nextBoolean() ? first : second]));
            }
            // Mostly what no role of the token holds.
            while (wanted.cardinality() < REQUESTED) {
                wanted.set(random.nextInt(PERMISSIONS));
            }
            requested[token] = wanted.stream().toArray();
        }
    }

    private void drawQuestions() {
        for (int i = 0; i < questions.count(); i++) {
            boolean wanted = random.nextBoolean();
            while (!drawQuestion(i, wanted)) {
                // Drawn again until the answer is the one wanted.
            }
        }
    }

    private boolean drawQuestion(int i, boolean wanted) {
        int token = random.nextInt(roles.length);
        int mode = random.nextInt(4);
        int permission;
        if (wanted || mode == 0) {
            permission = requested[token][random.nextInt(REQUESTED)];
        } else if (mode == 1) {
            permission = any(grants[roles[token][0]]);
        } else {
            permission = random.nextInt(PERMISSIONS);
        }
        if (!wanted && kind == Kind.W2 && random.nextInt(2) == 0) {
            permission = requested[token][random.nextInt(REQUESTED)];
        }
        int minute = random.nextInt(1440);
        int location = random.nextInt(LOCATIONS);
        int group = random.nextInt(GROUPS);
        if (isGranted(token, permission, minute, location, group) != wanted) {
            return false;
        }
        questions.token()[i] = token;
        questions.permission()[i] = permission;
        questions.minute()[i] = minute;
        questions.location()[i] = location;
        questions.group()[i] = group;
        questions.granted()[i] = wanted;
        return true;
    }

    private int any(int[] values) {
        return values[random.nextInt(values.length)];
    }
}

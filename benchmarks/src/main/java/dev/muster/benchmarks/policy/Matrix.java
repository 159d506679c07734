package dev.muster.benchmarks.policy;

import dev.muster.benchmarks.policy.Workload.Asks;
import dev.muster.benchmarks.policy.Workload.Condition;
import java.util.function.BiPredicate;

/**
 * The limits: tokens and permissions as one bit each, conditions as two words each, nothing else. No names, no reasons,
 * no lease; what a machine can do at best.
 */
public final class Matrix {
    private static final int ROW_SHIFT = 4;

    static {
        if (1 << ROW_SHIFT != Workload.WORDS) {
            throw new IllegalStateException("a row of 16 words expected, found " + Workload.WORDS);
        }
    }

    private Matrix() {}

    /** The bare fill: one bit per token and permission that it requests and one of its roles holds. */
    static long[] fill(Workload workload, long[][] grants) {
        long[] bits = new long[workload.tokens() << ROW_SHIFT];
        for (int token = 0; token < workload.tokens(); token++) {
            long[] first = grants[workload.roles(token)[0]];
            long[] second = grants[workload.roles(token)[1]];
            for (int permission : workload.requested(token)) {
                int word = permission >> 6;
                bits[(token << ROW_SHIFT) + word] |= (1L << permission) & (first[word] | second[word]);
            }
        }
        return bits;
    }

    /** Per role one bit per permission. */
    static long[][] grants(Workload workload) {
        return grants(workload, (role, permission) -> true);
    }

    /** The same after {@link Fleet#draft}. */
    static long[][] draftGrants(Workload workload) {
        return grants(workload, (role, permission) -> Fleet.keeps(workload, role, permission));
    }

    private static long[][] grants(Workload workload, BiPredicate<Integer, Integer> keeps) {
        long[][] grants = new long[Workload.ROLES][Workload.WORDS];
        for (int role = 0; role < Workload.ROLES; role++) {
            for (int permission : workload.grants(role)) {
                if (keeps.test(role, permission)) {
                    grants[role][permission >> 6] |= 1L << permission;
                }
            }
        }
        return grants;
    }

    static boolean isSet(long[] bits, int token, int permission) {
        return (bits[(token << ROW_SHIFT) + (permission >> 6)] >>> permission & 1) != 0;
    }

    /** Per permission two words: minutes from low and to high; groups low and locations high. */
    static long[] conditions(Workload workload) {
        long[] words = new long[Workload.PERMISSIONS * 2];
        for (int permission = 0; permission < Workload.PERMISSIONS; permission++) {
            Condition condition = workload.condition(permission);
            boolean timed = condition.asks() == Asks.TIME || condition.asks() == Asks.GROUP_AND_TIME;
            long from = timed ? condition.from() : 0;
            long to = timed ? condition.to() : 1440;
            long locations = condition.asks() == Asks.LOCATION ? condition.locations() & 0xFFFFL : 0xFFFFL;
            long groups = condition.asks() == Asks.GROUP_AND_TIME ? condition.groups() & 0xFFFF_FFFFL : 0xFFFF_FFFFL;
            words[permission * 2] = from | to << 32;
            words[permission * 2 + 1] = groups | locations << 32;
        }
        return words;
    }

    static boolean holds(long[] conditions, int permission, int minute, int location, int group) {
        long time = conditions[permission * 2];
        long facts = conditions[permission * 2 + 1];
        return minute >= (int) time
                && minute < (int) (time >>> 32)
                && ((facts >>> group) & (facts >>> (32 + location)) & 1) != 0;
    }
}

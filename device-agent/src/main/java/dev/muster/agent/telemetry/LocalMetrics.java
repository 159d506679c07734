package dev.muster.agent.telemetry;

import dev.muster.agent.local.LocalRefusal;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What services on the device may put into its telemetry: names of their own, one type for each, so many values a second.
 * Kept by user, not by connection, so that a second connection buys nothing. Thread-safe.
 */
public final class LocalMetrics {
    /** Values of one user at once, and then so many a second. */
    static final int BURST = 100;

    static final int PER_SECOND = 10;
    static final int MAX_NAMES = 64;
    static final int MAX_USERS = 32;
    static final int MAX_TEXT = 256;
    private static final int MAX_NAME = 64;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+){0,5}");
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-z0-9_]");
    private static final double NANOS = 1e9;

    private final LongSupplier nanos;
    private final Map<String, Account> accounts = new HashMap<>();

    /** What one user has used up. */
    private static final class Account {
        private final Map<String, Class<?>> types = new HashMap<>();
        private double left = BURST;
        private long since;
    }

    /** @param nanos a clock that never goes back */
    public LocalMetrics(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** All values as samples, or a {@link LocalRefusal} and none: what does not fit changes nothing. */
    public synchronized List<Sample> samples(String user, Map<String, Object> metrics, long atMillis) {
        if (metrics.isEmpty()) {
            throw bad("expected at least one value in `metrics`, found none");
        }
        Account account = account(user);
        Map<String, Class<?>> types = new HashMap<>(account.types);
        List<Sample> samples = new ArrayList<>();
        metrics.forEach((name, given) -> {
            Object value = value(name, given);
            Class<?> before = types.putIfAbsent(name, value.getClass());
            if (before != null && before != value.getClass()) {
                throw bad("expected a " + word(before) + " as `" + name + "`, as before, found a "
                        + word(value.getClass()));
            }
            samples.add(new Sample("local." + part(user) + "." + name, atMillis, value));
        });
        if (types.size() > MAX_NAMES) {
            throw new LocalRefusal("over-quota", "expected at most " + MAX_NAMES + " metrics of one user, found more");
        }
        pay(account, samples.size());
        account.types.putAll(types);
        return samples;
    }

    private Account account(String user) {
        Account known = accounts.get(user);
        if (known == null) {
            if (accounts.size() >= MAX_USERS) {
                throw new LocalRefusal("over-quota", "expected at most " + MAX_USERS + " users with metrics");
            }
            known = new Account();
            known.since = nanos.getAsLong();
            accounts.put(user, known);
        }
        return known;
    }

    private void pay(Account account, int count) {
        long now = nanos.getAsLong();
        double left = Math.min(BURST, account.left + (now - account.since) / NANOS * PER_SECOND);
        if (left < count) {
            throw new LocalRefusal(
                    "over-quota",
                    "expected at most " + BURST + " values at once and " + PER_SECOND
                            + " a second of one user, found more: send less, or less often");
        }
        account.since = now;
        account.left = left - count;
    }

    private static Object value(String name, Object given) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw bad("expected a name of at most " + MAX_NAME
                    + " characters such as `pump.pressure` (a-z, 0-9, `_`, dots between), found `"
                    + name.substring(0, Math.min(MAX_NAME, name.length())) + "`");
        }
        return switch (given) {
            case Boolean flag -> flag;
            case Number number when Double.isFinite(number.doubleValue()) -> number.doubleValue();
            case String text when text.length() <= MAX_TEXT -> text;
            case String text ->
                throw bad("expected at most " + MAX_TEXT + " characters as `" + name + "`, found " + text.length());
            default -> throw bad("expected a number, flag or text as `" + name + "`");
        };
    }

    // A name is the agent's own or a service's, never to be mistaken for another's.
    private static String part(String user) {
        return NOT_IN_NAMES.matcher(user.toLowerCase(Locale.ROOT)).replaceAll("_");
    }

    private static String word(Class<?> type) {
        return type == Boolean.class ? "flag" : type == Double.class ? "number" : "text";
    }

    private static LocalRefusal bad(String message) {
        return new LocalRefusal("bad-metric", message);
    }
}

package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Writes format version 1, or version 2 where something depends on the moment, or
 * version 3 where that would be long. Equal contents give equal bytes, whatever
 * order they were put together in.
 */
public final class BundleWriter {
    /** The first decision of every bundle. */
    static final long NOT_REQUESTED = pack(Reason.NOT_REQUESTED, BundleFormat.NO_RULE, BundleFormat.NO_RULE);

    private final BundleContent content;
    private final Map<String, Integer> strings = new HashMap<>();
    private final ByteArrayOutputStream stringBytes = new ByteArrayOutputStream();
    private final Map<String, Integer> extra = new TreeMap<>();
    private final Map<Rule, Integer> rules = new TreeMap<>();
    private final NavigableMap<Long, Integer> decisions = new TreeMap<>();

    private BundleWriter(BundleContent content) {
        this.content = content;
    }

    /**
     * The bytes of a bundle.
     *
     * @throws BundleException when the content does not fit the format
     */
    public static byte[] write(BundleContent content) {
        return new BundleWriter(content).write();
    }

    private byte[] write() {
        number();
        List<Map.Entry<AppKey, Map<String, Chain>>> rows = content.rows().entrySet().stream()
                .sorted(Comparator.comparing(row -> row.getKey(), BundleWriter::compare))
                .toList();
        byte[] bytes = content.isConditional() ? version2(rows) : version1(rows);
        if (bytes.length > BundleLoader.MAX_LENGTH) {
            throw new BundleTooLarge("bytes", BundleLoader.MAX_LENGTH, bytes.length);
        }
        return bytes;
    }

    private byte[] version1(List<Map.Entry<AppKey, Map<String, Chain>>> rows) {
        content.rows().values().forEach(row -> row.values().forEach(chain -> decisions.put(single(chain), 0)));
        // What a reader answers where it finds nothing comes first.
        decisions.remove(NOT_REQUESTED);
        enumerate(decisions, 1, "distinct decisions", 0xFFFD);
        decisions.put(NOT_REQUESTED, 0);
        ByteBuffer rowBytes = buffer(rows.size() * ROW);
        List<Integer> words = new ArrayList<>();
        for (Map.Entry<AppKey, Map<String, Chain>> row : rows) {
            SlotTable.Placed placed = place(row.getValue());
            key(rowBytes, row.getKey())
                    .putInt(words.size())
                    .putShort((short) placed.slots())
                    .putShort((short) placed.buckets());
            words.addAll(placed.words());
        }
        ByteBuffer wordBytes = buffer(words.size() * WORD);
        words.forEach(wordBytes::putInt);
        ByteBuffer decisionBytes = buffer(decisions.size() * DECISION);
        decisions.keySet().stream()
                .sorted(Comparator.comparingInt(decision -> numberOf(decisions, decision)))
                .forEach(decisionBytes::putLong);
        return assemble(VERSION, rowBytes, wordBytes, decisionBytes, buffer(0));
    }

    private byte[] version2(List<Map.Entry<AppKey, Map<String, Chain>>> rows) {
        NavigableMap<long[], Integer> conditions = new TreeMap<>(Arrays::compareUnsigned);
        content.rows().values().forEach(row -> row.values().forEach(chain -> written(chain).stream()
                .filter(step -> !step.when().isAlways())
                .forEach(step -> conditions.put(step.when().words(), 0))));
        enumerate(conditions, 1, "different conditions", ConditionBlock.MAX);
        Map<Chain, long[]> packed = new HashMap<>();
        NavigableMap<long[], Integer> chains = new TreeMap<>(Arrays::compareUnsigned);
        content.rows().values().forEach(row -> row.values()
                .forEach(chain -> chains.merge(
                        packed.computeIfAbsent(chain, absent -> steps(chain, conditions)), 1, Integer::sum)));
        // Chains that occur often get short numbers.
        List<long[]> order = chains.entrySet().stream()
                .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        for (int i = 0; i < order.size(); i++) {
            chains.put(order.get(i), i);
        }
        ByteBuffer rowBytes = buffer(rows.size() * ROW_2);
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        for (Map.Entry<AppKey, Map<String, Chain>> row : rows) {
            key(rowBytes, row.getKey()).putInt(row.getValue().size());
            NavigableMap<Integer, Chain> byId = new TreeMap<>();
            row.getValue().forEach((permission, chain) -> byId.put(id(permission), chain));
            int next = 0;
            for (Map.Entry<Integer, Chain> entry : byId.entrySet()) {
                Varints.write(entry.getKey() - next, entries);
                Varints.write(numberOf(chains, numberOf(packed, entry.getValue())), entries);
                next = entry.getKey() + 1;
            }
        }
        ByteBuffer stepBytes =
                buffer(order.stream().mapToInt(steps -> steps.length).sum() * DECISION);
        order.forEach(steps -> Arrays.stream(steps).forEach(stepBytes::putLong));
        ConditionBlock block = new ConditionBlock(
                content.timeZone(),
                content.facts(),
                conditions.keySet().stream().map(Terms::ofWords).toList());
        byte[] plain = assemble(VERSION_2, rowBytes, padded(entries.toByteArray()), stepBytes, padded(block.write()));
        return plain.length > COMPACT_ABOVE ? CompactBundle.compact(plain) : plain;
    }

    private ByteBuffer key(ByteBuffer rowBytes, AppKey key) {
        return rowBytes.putInt(string(key.bundle())).putInt(key.user()).putInt(key.instance());
    }

    private static ByteBuffer padded(byte[] bytes) {
        return buffer((bytes.length + 3) / 4 * 4).put(bytes);
    }

    /** The steps that need writing: a reader adds "condition" after a last grant by itself. */
    private static List<Chain.Step> written(Chain chain) {
        List<Chain.Step> all = chain.steps();
        int last = all.size() - 1;
        boolean implied = last > 0
                && all.get(last - 1).reason().isGranted()
                && all.get(last).equals(BundleReader.conditionFails(all.subList(0, last)));
        return implied ? all.subList(0, last) : all;
    }

    private long[] steps(Chain chain, Map<long[], Integer> conditions) {
        List<Chain.Step> steps = written(chain);
        long[] packed = new long[steps.size()];
        for (int i = 0; i < packed.length; i++) {
            Chain.Step step = steps.get(i);
            long condition = step.when().isAlways()
                    ? 0
                    : numberOf(conditions, step.when().words());
            packed[i] = pack(step.reason(), number(step.rule()), number(chain.deniedAfterLease()))
                    | (condition << 32)
                    | (i < packed.length - 1 ? (long) FOLLOWED << 8 : 0);
        }
        return packed;
    }

    private byte[] assemble(
            int version,
            ByteBuffer rowBytes,
            ByteBuffer wordBytes,
            ByteBuffer decisionBytes,
            ByteBuffer conditionBytes) {
        ByteBuffer ruleBytes = buffer(rules.size() * RULE);
        rules.keySet().forEach(rule -> ruleBytes
                .putInt(rule.kind().number())
                .putInt(string(rule.name()))
                .putInt(rule.role().map(this::string).orElse(NO_STRING)));
        ByteBuffer extraBytes = buffer(extra.size() * EXTRA);
        extra.keySet().forEach(name -> extraBytes.putInt(string(name)));
        while (stringBytes.size() % 4 != 0) {
            stringBytes.write(0);
        }

        int length = HEADER
                + rowBytes.capacity()
                + wordBytes.capacity()
                + decisionBytes.capacity()
                + conditionBytes.capacity()
                + ruleBytes.capacity()
                + extraBytes.capacity()
                + stringBytes.size();
        byte[] bytes = new byte[length];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(AT_MAGIC, MAGIC)
                .putShort(AT_VERSION, (short) version)
                .putShort(AT_HEADER, (short) HEADER)
                .putLong(AT_POLICY_VERSION, content.policyVersion())
                .putInt(AT_LENGTH, length)
                .putInt(AT_BASE_SIZE, BASE)
                .putInt(AT_BASE_CRC, PermissionCatalog.baseChecksum());
        out.position(HEADER);
        section(out, version, AT_ROWS, rowBytes);
        section(out, version, AT_WORDS, wordBytes);
        section(out, version, AT_DECISIONS, decisionBytes);
        section(out, version, AT_CONDITIONS, conditionBytes);
        section(out, version, AT_RULES, ruleBytes);
        section(out, version, AT_EXTRA, extraBytes);
        section(out, version, AT_STRINGS, ByteBuffer.wrap(stringBytes.toByteArray()));
        out.putInt(AT_CRC, checksum(bytes));
        return bytes;
    }

    /** Gives rules and permissions outside the base registry their numbers, in an order that depends on nothing else. */
    private void number() {
        NavigableSet<Rule> usedRules = new TreeSet<>();
        for (Map<String, Chain> row : content.rows().values()) {
            row.forEach((permission, chain) -> {
                if (!PermissionCatalog.isBase(permission)) {
                    extra.put(permission, 0);
                }
                chain.steps().forEach(step -> step.rule().ifPresent(usedRules::add));
                chain.deniedAfterLease().ifPresent(usedRules::add);
            });
        }
        enumerate(extra, BASE, "permissions outside the base registry", MAX_PERMISSION - BASE);
        usedRules.forEach(rule -> rules.put(rule, 0));
        enumerate(rules, 0, "rules", NO_RULE - 1);
    }

    private static <K> void enumerate(Map<K, Integer> sorted, int first, String what, int most) {
        if (sorted.size() > most) {
            throw new BundleTooLarge(what, most, sorted.size());
        }
        int next = first;
        for (Map.Entry<K, Integer> entry : sorted.entrySet()) {
            entry.setValue(next++);
        }
    }

    private static <K, V> V numberOf(Map<K, V> numbers, K key) {
        return Objects.requireNonNull(numbers.get(key), "numbered before");
    }

    /** The only step of a chain as its 8 bytes, first byte lowest. */
    private long single(Chain chain) {
        return pack(chain.last().reason(), number(chain.last().rule()), number(chain.deniedAfterLease()));
    }

    private long number(Optional<Rule> rule) {
        return rule.map(by -> numberOf(rules, by)).orElse(NO_RULE);
    }

    private static long pack(Reason reason, long rule, long leaseRule) {
        long granted = reason.isGranted() ? 1 : 0;
        return reason.number() | (granted << 8) | (rule << 16) | (leaseRule << 48);
    }

    private SlotTable.Placed place(Map<String, Chain> row) {
        Map<Integer, Integer> byId = new TreeMap<>();
        row.forEach((permission, chain) -> byId.put(id(permission), numberOf(decisions, single(chain))));
        return SlotTable.place(
                byId.keySet().stream().mapToInt(Integer::intValue).toArray(),
                byId.values().stream().mapToInt(Integer::intValue).toArray());
    }

    private int id(String permission) {
        return PermissionCatalog.isBase(permission)
                ? PermissionCatalog.builtIn().id(permission)
                : numberOf(extra, permission);
    }

    private int string(String text) {
        return strings.computeIfAbsent(text, absent -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > MAX_STRING) {
                throw new BundleException(
                        "bundle: a name of at most " + MAX_STRING + " bytes expected, found " + bytes.length);
            }
            int at = stringBytes.size();
            stringBytes.write(bytes.length);
            stringBytes.write(bytes.length >>> 8);
            stringBytes.writeBytes(bytes);
            return at;
        });
    }

    private static int compare(AppKey a, AppKey b) {
        int byName = Arrays.compareUnsigned(
                a.bundle().getBytes(StandardCharsets.UTF_8), b.bundle().getBytes(StandardCharsets.UTF_8));
        int byUser = byName != 0 ? byName : Integer.compare(a.user(), b.user());
        return byUser != 0 ? byUser : Integer.compare(a.instance(), b.instance());
    }

    private static void section(ByteBuffer out, int version, int at, ByteBuffer bytes) {
        out.putInt(at, out.position()).putInt(at + 4, bytes.capacity() / size(version, at));
        out.put(bytes.rewind());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int checksum(byte[] bundle) {
        CRC32C crc = new CRC32C();
        crc.update(bundle, 0, AT_CRC);
        crc.update(bundle, AT_CRC + 4, bundle.length - AT_CRC - 4);
        return (int) crc.getValue();
    }
}

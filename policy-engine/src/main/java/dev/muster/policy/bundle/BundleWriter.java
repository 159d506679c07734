package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.bundle.BundleContent.Entry;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Writes format version 1. Equal contents give equal bytes, whatever order they were put together in. */
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
        List<Map.Entry<AppKey, Map<String, Entry>>> rows = content.rows().entrySet().stream()
                .sorted(Comparator.comparing(row -> row.getKey(), BundleWriter::compare))
                .toList();
        ByteBuffer rowBytes = buffer(rows.size() * ROW);
        List<Integer> words = new ArrayList<>();
        for (Map.Entry<AppKey, Map<String, Entry>> row : rows) {
            AppKey key = row.getKey();
            SlotTable.Placed placed = place(row.getValue());
            rowBytes.putInt(string(key.bundle()))
                    .putInt(key.user())
                    .putInt(key.instance())
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
                + ruleBytes.capacity()
                + extraBytes.capacity()
                + stringBytes.size();
        byte[] bytes = new byte[length];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(AT_MAGIC, MAGIC)
                .putShort(AT_VERSION, (short) VERSION)
                .putShort(AT_HEADER, (short) HEADER)
                .putLong(AT_POLICY_VERSION, content.policyVersion())
                .putInt(AT_LENGTH, length)
                .putInt(AT_BASE_SIZE, BASE)
                .putInt(AT_BASE_CRC, PermissionCatalog.baseChecksum());
        out.position(HEADER);
        section(out, AT_ROWS, rowBytes, ROW);
        section(out, AT_WORDS, wordBytes, WORD);
        section(out, AT_DECISIONS, decisionBytes, DECISION);
        section(out, AT_CONDITIONS, buffer(0), CONDITION);
        section(out, AT_RULES, ruleBytes, RULE);
        section(out, AT_EXTRA, extraBytes, EXTRA);
        section(out, AT_STRINGS, ByteBuffer.wrap(stringBytes.toByteArray()), 1);
        out.putInt(AT_CRC, checksum(bytes));
        return bytes;
    }

    /** Gives rules, decisions and permissions outside the base registry their numbers, in an order that depends on nothing else. */
    private void number() {
        NavigableSet<Rule> usedRules = new TreeSet<>();
        for (Map<String, Entry> row : content.rows().values()) {
            row.forEach((permission, entry) -> {
                if (!PermissionCatalog.isBase(permission)) {
                    extra.put(permission, 0);
                }
                entry.rule().ifPresent(usedRules::add);
                entry.deniedAfterLease().ifPresent(usedRules::add);
            });
        }
        enumerate(extra, BASE, "permissions outside the base registry", MAX_PERMISSION - BASE);
        usedRules.forEach(rule -> rules.put(rule, 0));
        enumerate(rules, 0, "rules", NO_RULE - 1);
        content.rows().values().forEach(row -> row.values().forEach(entry -> decisions.put(pack(entry), 0)));
        // What a reader answers where it finds nothing comes first.
        decisions.remove(NOT_REQUESTED);
        enumerate(decisions, 1, "distinct decisions", 0xFFFD);
        decisions.put(NOT_REQUESTED, 0);
    }

    private static <K> void enumerate(Map<K, Integer> sorted, int first, String what, int most) {
        if (sorted.size() > most) {
            throw new BundleException("bundle: at most " + most + " " + what + " expected, found " + sorted.size());
        }
        int next = first;
        for (Map.Entry<K, Integer> entry : sorted.entrySet()) {
            entry.setValue(next++);
        }
    }

    private static <K> int numberOf(Map<K, Integer> numbers, K key) {
        return Objects.requireNonNull(numbers.get(key), "numbered before");
    }

    /** A decision as its 8 bytes, first byte lowest. */
    private long pack(Entry entry) {
        long rule = entry.rule().map(by -> numberOf(rules, by)).orElse(NO_RULE);
        long leaseRule = entry.deniedAfterLease().map(by -> numberOf(rules, by)).orElse(NO_RULE);
        return pack(entry.reason(), rule, leaseRule);
    }

    private static long pack(Reason reason, long rule, long leaseRule) {
        long granted = reason.isGranted() ? 1 : 0;
        return reason.number() | (granted << 8) | (rule << 16) | (leaseRule << 48);
    }

    private SlotTable.Placed place(Map<String, Entry> row) {
        Map<Integer, Integer> byId = new TreeMap<>();
        row.forEach((permission, entry) -> byId.put(
                PermissionCatalog.isBase(permission)
                        ? PermissionCatalog.builtIn().id(permission)
                        : numberOf(extra, permission),
                numberOf(decisions, pack(entry))));
        return SlotTable.place(
                byId.keySet().stream().mapToInt(Integer::intValue).toArray(),
                byId.values().stream().mapToInt(Integer::intValue).toArray());
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

    private static void section(ByteBuffer out, int at, ByteBuffer bytes, int size) {
        out.putInt(at, out.position()).putInt(at + 4, bytes.capacity() / size);
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

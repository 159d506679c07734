package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.bundle.BundleContent.Entry;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
        int slotCount =
                rows.stream().mapToInt(row -> slots(row.getValue().size())).sum();

        ByteBuffer rowBytes = buffer(rows.size() * ROW);
        ByteBuffer slotBytes = buffer(slotCount * SLOT);
        int firstSlot = 0;
        for (Map.Entry<AppKey, Map<String, Entry>> row : rows) {
            AppKey key = row.getKey();
            int[] slots = slotsOf(row.getValue());
            rowBytes.putInt(string(key.bundle()))
                    .putInt(key.user())
                    .putInt(key.instance())
                    .putInt(firstSlot)
                    .putInt(slots.length);
            for (int slot : slots) {
                slotBytes.putInt(slot);
            }
            firstSlot += slots.length;
        }
        ByteBuffer decisionBytes = buffer(decisions.size() * DECISION);
        decisions.keySet().forEach(decisionBytes::putLong);
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
                + slotBytes.capacity()
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
        section(out, AT_SLOTS, slotBytes, SLOT);
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
        enumerate(decisions, 0, "distinct decisions", 0xFFFE);
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
        long granted = entry.reason().isGranted() ? 1 : 0;
        return entry.reason().number() | (granted << 8) | (rule << 16) | (leaseRule << 48);
    }

    private int[] slotsOf(Map<String, Entry> row) {
        int[] slots = new int[slots(row.size())];
        Arrays.fill(slots, EMPTY_SLOT);
        // Sorted, so that the place of an entry does not depend on the order of the map.
        new TreeMap<>(row).forEach((permission, entry) -> {
            int id = PermissionCatalog.isBase(permission)
                    ? PermissionCatalog.builtIn().id(permission)
                    : numberOf(extra, permission);
            int at = home(id, slots.length);
            while (slots[at] != EMPTY_SLOT) {
                at = at + 1 == slots.length ? 0 : at + 1;
            }
            slots[at] = (id << 16) | numberOf(decisions, pack(entry));
        });
        return slots;
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

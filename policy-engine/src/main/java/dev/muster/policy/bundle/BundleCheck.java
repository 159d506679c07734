package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.permission.PermissionCatalog;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Checks every byte of a bundle that a later question will trust. Reads only; never recurses, never grows. */
final class BundleCheck {
    private final ByteBuffer bytes;
    private ConditionBlock conditions = ConditionBlock.NONE;
    private int version;
    private int rowSize;
    private int rows;
    private int rowCount;
    private int words;
    private int wordCount;
    private int decisions;
    private int decisionCount;
    private int rules;
    private int ruleCount;
    private int extra;
    private int extraCount;
    private int strings;
    private int stringsLength;

    private BundleCheck(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** The bundle as version 1 or 2, which every other is made of again. */
    static ByteBuffer plain(ByteBuffer bytes) {
        BundleCheck check = new BundleCheck(bytes);
        check.header();
        if (check.version != VERSION_3) {
            return bytes;
        }
        check.sections();
        return CompactBundle.expand(bytes);
    }

    /** Returns the conditions of a {@link #plain} bundle, which are read on the way. */
    static ConditionBlock check(ByteBuffer bytes) {
        BundleCheck check = new BundleCheck(bytes);
        check.header();
        check.sections();
        check.strings();
        check.rules();
        check.conditions();
        if (check.version == VERSION) {
            check.decisions();
            check.rows();
        } else {
            int chains = check.steps();
            check.rowKeys();
            check.entries(chains);
        }
        return check.conditions;
    }

    private void header() {
        if (bytes.capacity() < HEADER || bytes.getLong(AT_MAGIC) != MAGIC) {
            throw new BundleException("not a policy bundle: `MUSTERPB` and a header of " + HEADER
                    + " bytes expected, found " + bytes.capacity() + " bytes of something else");
        }
        version = bytes.getShort(AT_VERSION) & 0xFFFF;
        if (version < VERSION || version > VERSION_3) {
            throw new BundleException(
                    "bundle: format version " + VERSION + " to " + VERSION_3 + " expected, found " + version);
        }
        rowSize = size(version, AT_ROWS);
        int header = bytes.getShort(AT_HEADER) & 0xFFFF;
        if (header != HEADER) {
            throw new BundleException("bundle: a header of " + HEADER + " bytes expected, found " + header);
        }
        int length = bytes.getInt(AT_LENGTH);
        if (length != bytes.capacity()) {
            throw new BundleException(
                    "bundle: " + Integer.toUnsignedString(length) + " bytes expected, found " + bytes.capacity());
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, AT_CRC));
        crc.update(bytes.slice(AT_CRC + 4, bytes.capacity() - AT_CRC - 4));
        if ((int) crc.getValue() != bytes.getInt(AT_CRC)) {
            throw new BundleException(
                    "bundle: checksum " + hex(bytes.getInt(AT_CRC)) + " expected, found " + hex((int) crc.getValue()));
        }
        int features = bytes.getInt(AT_FEATURES) & ~KNOWN_FEATURES;
        if (features != 0) {
            throw new BundleException("bundle: needs features this reader does not know, bits " + hex(features));
        }
        if (bytes.getLong(AT_POLICY_VERSION) < 0) {
            throw new BundleException(
                    "bundle: a policy version of 0 or more expected, found " + bytes.getLong(AT_POLICY_VERSION));
        }
        if (bytes.getInt(AT_BASE_SIZE) != BASE || bytes.getInt(AT_BASE_CRC) != PermissionCatalog.baseChecksum()) {
            throw new BundleException("bundle: made for another permission registry: " + BASE + " names with checksum "
                    + hex(PermissionCatalog.baseChecksum()) + " expected, found " + bytes.getInt(AT_BASE_SIZE)
                    + " with "
                    + hex(bytes.getInt(AT_BASE_CRC)));
        }
    }

    private void sections() {
        long end = HEADER;
        end = section("rows", AT_ROWS, end);
        end = section("words", AT_WORDS, end);
        end = section("decisions", AT_DECISIONS, end);
        end = section("conditions", AT_CONDITIONS, end);
        end = section("rules", AT_RULES, end);
        end = section("extra permissions", AT_EXTRA, end);
        end = section("strings", AT_STRINGS, end);
        if (end != bytes.capacity()) {
            throw new BundleException(
                    "bundle: sections that end at byte " + bytes.capacity() + " expected, found " + end);
        }
        rows = bytes.getInt(AT_ROWS);
        rowCount = bytes.getInt(AT_ROWS + 4);
        words = bytes.getInt(AT_WORDS);
        wordCount = bytes.getInt(AT_WORDS + 4);
        decisions = bytes.getInt(AT_DECISIONS);
        decisionCount = bytes.getInt(AT_DECISIONS + 4);
        rules = bytes.getInt(AT_RULES);
        ruleCount = bytes.getInt(AT_RULES + 4);
        extra = bytes.getInt(AT_EXTRA);
        extraCount = bytes.getInt(AT_EXTRA + 4);
        strings = bytes.getInt(AT_STRINGS);
        stringsLength = bytes.getInt(AT_STRINGS + 4);
        if (version == VERSION) {
            int count = bytes.getInt(AT_CONDITIONS + 4);
            require(count == 0, "conditions", 0, "none in version 1", count);
            require(decisionCount <= NO_RULE, "decisions", 0, "at most " + NO_RULE + " of them", decisionCount);
        } else {
            aligned("words", wordCount);
            aligned("conditions", bytes.getInt(AT_CONDITIONS + 4));
        }
        require(ruleCount <= NO_RULE, "rules", 0, "at most " + NO_RULE + " of them", ruleCount);
        require(extraCount <= MAX_PERMISSION - BASE, "extra permissions", 0, "fewer of them", extraCount);
    }

    private static void aligned(String section, int length) {
        require(length % 4 == 0, section, 0, "a multiple of 4 bytes", length);
    }

    /** A section follows the one before without a gap; returns where it ends. */
    private long section(String name, int at, long expected) {
        int size = size(version, at);
        int offset = bytes.getInt(at);
        int count = bytes.getInt(at + 4);
        long end = offset + (long) count * size;
        if (offset != expected || count < 0 || end > bytes.capacity()) {
            throw new BundleException("bundle: section `" + name + "` expected at byte " + expected + " within "
                    + bytes.capacity() + " bytes, found " + count + " entries at byte " + offset);
        }
        return end;
    }

    private void strings() {
        for (int i = 0; i < extraCount; i++) {
            string("extra permissions", i, bytes.getInt(extra + i * EXTRA));
        }
    }

    private void rules() {
        for (int i = 0; i < ruleCount; i++) {
            int at = rules + i * RULE;
            int kind = bytes.getInt(at);
            require(Rule.Kind.of(kind).isPresent(), "rules", i, "a known kind", kind);
            string("rules", i, bytes.getInt(at + 4));
            if (bytes.getInt(at + 8) != NO_STRING) {
                string("rules", i, bytes.getInt(at + 8));
            }
        }
    }

    private void decisions() {
        require(
                decisionCount > 0 && bytes.getLong(decisions) == BundleWriter.NOT_REQUESTED,
                "decisions",
                0,
                "\"not requested\"",
                decisionCount);
        for (int i = 0; i < decisionCount; i++) {
            int at = decisions + i * DECISION;
            int reason = bytes.get(at) & 0xFF;
            require(Reason.isKnown(reason), "decisions", i, "a known reason", reason);
            int granted = bytes.get(at + 1);
            require(
                    granted == (Reason.of(reason).isGranted() ? 1 : 0),
                    "decisions",
                    i,
                    "a grant its reason allows",
                    granted);
            rule(i, bytes.getShort(at + 2) & 0xFFFF);
            int condition = bytes.getShort(at + 4);
            require(condition == 0, "decisions", i, "no condition", condition);
            rule(i, bytes.getShort(at + 6) & 0xFFFF);
        }
    }

    private void conditions() {
        if (version == VERSION) {
            return;
        }
        try {
            conditions = ConditionBlock.read(bytes.slice(bytes.getInt(AT_CONDITIONS), bytes.getInt(AT_CONDITIONS + 4)));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new BundleException("bundle: section `conditions`: " + e.getMessage(), e);
        }
    }

    /** Version 2: every chain ends, guard rails come before grants, and its steps agree on the lease. Returns the number of chains. */
    private int steps() {
        int chains = 0;
        int first = 0;
        boolean grants = false;
        for (int i = 0; i < decisionCount; i++) {
            int at = decisions + i * DECISION;
            int reason = bytes.get(at) & 0xFF;
            require(Reason.isKnown(reason), "decisions", i, "a known reason", reason);
            boolean granted = Reason.of(reason).isGranted();
            int flags = bytes.get(at + 1);
            require((flags & ~FOLLOWED) == (granted ? 1 : 0), "decisions", i, "a grant its reason allows", flags);
            rule(i, bytes.getShort(at + 2) & 0xFFFF);
            rule(i, bytes.getShort(at + 6) & 0xFFFF);
            int condition = bytes.getShort(at + 4) & 0xFFFF;
            int known = conditions.conditions().size();
            require(condition <= known, "decisions", i, "a condition of at most " + known, condition);
            require(
                    condition == 0
                            || !conditions.conditions().get(condition - 1).isAlways(),
                    "decisions",
                    i,
                    "a condition that can fail",
                    condition);
            require(i - first < Chain.MAX - 1, "decisions", i, "at most " + (Chain.MAX - 1) + " steps", i - first);
            int lease = bytes.getShort(decisions + first * DECISION + 6);
            require(bytes.getShort(at + 6) == lease, "decisions", i, "the lease rule of its chain", lease);
            boolean followed = (flags & FOLLOWED) != 0;
            require(!followed || condition != 0, "decisions", i, "a condition before another step", condition);
            require(followed || condition == 0 || granted, "decisions", i, "an end that always holds", condition);
            boolean rail = !granted && condition != 0;
            require(!(rail && grants), "decisions", i, "guard rails before grants", i);
            grants |= granted;
            if (!followed) {
                chains++;
                first = i + 1;
                grants = false;
            }
        }
        require(first == decisionCount, "decisions", first, "an end of the last chain", decisionCount);
        return chains;
    }

    private void rule(int decision, int rule) {
        require(rule == NO_RULE || rule < ruleCount, "decisions", decision, "a rule below " + ruleCount, rule);
    }

    private void rows() {
        int next = 0;
        for (int i = 0; i < rowCount; i++) {
            int at = rows + i * ROW;
            rowKey(i);
            int first = bytes.getInt(at + 12);
            int slots = bytes.getShort(at + 16) & 0xFFFF;
            int buckets = bytes.getShort(at + 18) & 0xFFFF;
            int length = bucketWords(buckets) + slots;
            require(first == next, "rows", i, "first word " + next, first);
            require(slots >= 1 && buckets >= 1, "rows", i, "a slot and a bucket", Math.min(slots, buckets));
            require(length <= wordCount - first, "rows", i, "words within " + wordCount, length);
            slots(first, slots, buckets);
            next += length;
        }
        require(next == wordCount, "words", 0, wordCount + " words used", next);
    }

    private void rowKeys() {
        for (int i = 0; i < rowCount; i++) {
            rowKey(i);
        }
    }

    private void rowKey(int row) {
        int at = rows + row * rowSize;
        name(row, bytes.getInt(at));
        int user = bytes.getInt(at + 4);
        int instance = bytes.getInt(at + 8);
        require(user >= 0, "rows", row, "a user of 0 or more", user);
        require(instance >= 0, "rows", row, "an instance of 0 or more", instance);
        if (row > 0) {
            require(compare(at - rowSize, at) < 0, "rows", row, "rows in rising order", row);
        }
    }

    /** Version 2: as many entries as the rows say, each of a known permission and chain, and then only zeros. */
    private void entries(int chains) {
        Varints in = new Varints(bytes, words, words + wordCount);
        for (int row = 0; row < rowCount; row++) {
            int count = bytes.getInt(rows + row * ROW_2 + 12);
            require(count >= 0 && count <= BASE + extraCount, "rows", row, "a number of entries", count);
            int next = 0;
            for (int i = 0; i < count; i++) {
                int delta = in.next();
                int chain = in.next();
                require(delta >= 0 && next + delta < BASE + extraCount, "words", row, "a permission", delta);
                require(chain >= 0 && chain < chains, "words", row, "a chain below " + chains, chain);
                next += delta + 1;
            }
        }
        int left = words + wordCount - in.position();
        require(left < 4, "words", rowCount, "their end", left);
        for (int at = in.position(); at < words + wordCount; at++) {
            require(bytes.get(at) == 0, "words", rowCount, "zeros after the last", bytes.get(at));
        }
    }

    /** Every entry is where a reader looks for it, and nowhere else. */
    private void slots(int first, int slots, int buckets) {
        int table = first + bucketWords(buckets);
        for (int i = 0; i < slots; i++) {
            int entry = word(table + i);
            if (entry != EMPTY_SLOT) {
                int permission = entry >>> 16;
                int decision = entry & 0xFFFF;
                require(permission < BASE + extraCount, "words", table + i, "a permission of the bundle", permission);
                require(decision < decisionCount, "words", table + i, "a decision below " + decisionCount, decision);
                int bucket = bucket(permission, buckets);
                int shift = (word(first + (bucket >> 2)) >>> ((bucket & 3) * 8)) & 0xFF;
                require(slot(permission, shift, slots) == i, "words", table + i, "an entry that is found", permission);
            }
        }
    }

    private int word(int index) {
        return bytes.getInt(words + index * WORD);
    }

    private int compare(int row, int next) {
        int a = strings + bytes.getInt(row);
        int b = strings + bytes.getInt(next);
        int lengthA = bytes.getShort(a) & 0xFFFF;
        int lengthB = bytes.getShort(b) & 0xFFFF;
        int mismatch = bytes.slice(a + 2, lengthA).mismatch(bytes.slice(b + 2, lengthB));
        if (mismatch >= 0) {
            return mismatch >= lengthA || mismatch >= lengthB
                    ? Integer.compare(lengthA, lengthB)
                    : Integer.compare(bytes.get(a + 2 + mismatch) & 0xFF, bytes.get(b + 2 + mismatch) & 0xFF);
        }
        int byUser = Integer.compare(bytes.getInt(row + 4), bytes.getInt(next + 4));
        return byUser != 0 ? byUser : Integer.compare(bytes.getInt(row + 8), bytes.getInt(next + 8));
    }

    private void name(int row, int offset) {
        int characters = string("rows", row, offset);
        require(characters <= 256, "rows", row, "a bundle name of at most 256 characters", characters);
    }

    /** Checks a name; returns its number of characters. */
    private int string(String section, int index, int offset) {
        require(offset >= 0 && offset <= stringsLength - 2, section, index, "a name within the strings", offset);
        int length = bytes.getShort(strings + offset) & 0xFFFF;
        require(
                length >= 1 && length <= MAX_STRING && length <= stringsLength - 2 - offset,
                section,
                index,
                "a name of 1 to " + MAX_STRING + " bytes within the strings",
                length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(strings + offset + 2, length))
                    .length();
        } catch (CharacterCodingException e) {
            throw new BundleException(
                    "bundle: section `" + section + "` entry " + index
                            + ": a name in UTF-8 expected, found other bytes",
                    e);
        }
    }

    private static void require(boolean holds, String section, int index, String expected, int found) {
        if (!holds) {
            throw new BundleException(
                    "bundle: section `" + section + "` entry " + index + ": " + expected + " expected, found " + found);
        }
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }
}

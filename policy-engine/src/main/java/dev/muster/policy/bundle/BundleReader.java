package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.permission.PermissionCatalog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads a bundle of any format version that {@link BundleCheck} has passed. */
final class BundleReader {
    private final ByteBuffer bytes;
    private final int rowSize;
    private final int rows;
    private final int rowCount;
    private final Rule[] rules;

    private BundleReader(ByteBuffer bytes) {
        this.bytes = bytes;
        this.rowSize = bytes.getShort(AT_VERSION) == VERSION ? ROW : ROW_2;
        this.rows = bytes.getInt(AT_ROWS);
        this.rowCount = bytes.getInt(AT_ROWS + 4);
        this.rules = new Rule[bytes.getInt(AT_RULES + 4)];
        for (int i = 0; i < rules.length; i++) {
            int at = bytes.getInt(AT_RULES) + i * RULE;
            int role = bytes.getInt(at + 8);
            rules[i] = new Rule(
                    Rule.Kind.of(bytes.getInt(at)).orElseThrow(),
                    string(bytes.getInt(at + 4)),
                    role == NO_STRING ? Optional.empty() : Optional.of(string(role)));
        }
    }

    static Compiled read(ByteBuffer file) {
        ByteBuffer bytes = BundleCheck.plain(file);
        ConditionBlock conditions = BundleCheck.check(bytes);
        BundleReader reader = new BundleReader(bytes);
        return FileAnswers.layOut(
                bytes.getShort(AT_VERSION) == VERSION ? reader.version1() : reader.version2(conditions));
    }

    private FileAnswers.Parsed version1() {
        int[] firstEntry = new int[rowCount + 1];
        int[] entries = new int[bytes.getInt(AT_WORDS + 4)];
        int used = 0;
        for (int row = 0; row < rowCount; row++) {
            firstEntry[row] = used;
            int at = rows + row * ROW;
            int slots = bytes.getShort(at + 16) & 0xFFFF;
            int table = bytes.getInt(at + 12) + bucketWords(bytes.getShort(at + 18) & 0xFFFF);
            for (int i = 0; i < slots; i++) {
                int entry = bytes.getInt(bytes.getInt(AT_WORDS) + (table + i) * WORD);
                if (entry != EMPTY_SLOT) {
                    entries[used++] = entry;
                }
            }
            sortUnsigned(entries, firstEntry[row], used);
        }
        firstEntry[rowCount] = used;
        List<Chain> chains = new ArrayList<>();
        for (int i = 0; i < bytes.getInt(AT_DECISIONS + 4); i++) {
            int at = bytes.getInt(AT_DECISIONS) + i * DECISION;
            chains.add(Chain.of(Reason.of(bytes.get(at) & 0xFF), rule(at + 2), rule(at + 6)));
        }
        int[] found = Arrays.copyOf(entries, used);
        return parsed(
                firstEntry,
                Arrays.stream(found).map(entry -> entry >>> 16).toArray(),
                Arrays.stream(found).map(entry -> entry & 0xFFFF).toArray(),
                chains,
                ConditionBlock.NONE);
    }

    private static void sortUnsigned(int[] entries, int from, int to) {
        for (int i = from; i < to; i++) {
            entries[i] ^= Integer.MIN_VALUE;
        }
        Arrays.sort(entries, from, to);
        for (int i = from; i < to; i++) {
            entries[i] ^= Integer.MIN_VALUE;
        }
    }

    private FileAnswers.Parsed version2(ConditionBlock conditions) {
        int[] firstEntry = new int[rowCount + 1];
        for (int row = 0; row < rowCount; row++) {
            firstEntry[row + 1] = firstEntry[row] + bytes.getInt(rows + row * ROW_2 + 12);
        }
        int[] ids = new int[firstEntry[rowCount]];
        int[] chainNumbers = new int[firstEntry[rowCount]];
        Varints in = new Varints(bytes, bytes.getInt(AT_WORDS), bytes.getInt(AT_WORDS) + bytes.getInt(AT_WORDS + 4));
        for (int row = 0; row < rowCount; row++) {
            int next = 0;
            for (int entry = firstEntry[row]; entry < firstEntry[row + 1]; entry++) {
                ids[entry] = next + in.next();
                next = ids[entry] + 1;
                chainNumbers[entry] = in.next();
            }
        }
        return parsed(firstEntry, ids, chainNumbers, chains(conditions), conditions);
    }

    private List<Chain> chains(ConditionBlock conditions) {
        List<Chain> chains = new ArrayList<>();
        List<Chain.Step> steps = new ArrayList<>();
        for (int i = 0; i < bytes.getInt(AT_DECISIONS + 4); i++) {
            int at = bytes.getInt(AT_DECISIONS) + i * DECISION;
            int condition = bytes.getShort(at + 4) & 0xFFFF;
            steps.add(new Chain.Step(
                    condition == 0 ? Terms.ALWAYS : conditions.conditions().get(condition - 1),
                    Reason.of(bytes.get(at) & 0xFF),
                    rule(at + 2)));
            if ((bytes.get(at + 1) & FOLLOWED) == 0) {
                if (condition != 0) {
                    steps.add(conditionFails(steps));
                }
                chains.add(new Chain(steps, rule(at + 6)));
                steps.clear();
            }
        }
        return chains;
    }

    /** The end that a chain with grants need not spell out. */
    static Chain.Step conditionFails(List<Chain.Step> steps) {
        Optional<Rule> first = steps.stream()
                .filter(step -> step.reason().isGranted())
                .findFirst()
                .flatMap(Chain.Step::rule);
        return new Chain.Step(Terms.ALWAYS, Reason.CONDITION, first);
    }

    private FileAnswers.Parsed parsed(
            int[] firstEntry, int[] ids, int[] chainNumbers, List<Chain> chains, ConditionBlock conditions) {
        String[] bundles = new String[rowCount];
        long[] instances = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            int at = rows + row * rowSize;
            bundles[row] = string(bytes.getInt(at));
            instances[row] = Bundle.tag(bytes.getInt(at + 4), bytes.getInt(at + 8));
        }
        return new FileAnswers.Parsed(
                bytes.getLong(AT_POLICY_VERSION),
                bundles,
                instances,
                firstEntry,
                ids,
                chainNumbers,
                chains,
                this::permission,
                conditions);
    }

    private String permission(int id) {
        return id < BASE
                ? PermissionCatalog.builtIn().at(id).name()
                : string(bytes.getInt(bytes.getInt(AT_EXTRA) + (id - BASE) * EXTRA));
    }

    private Optional<Rule> rule(int at) {
        int rule = bytes.getShort(at) & 0xFFFF;
        return rule == NO_RULE ? Optional.empty() : Optional.of(rules[rule]);
    }

    private String string(int offset) {
        int at = bytes.getInt(AT_STRINGS) + offset;
        byte[] text = new byte[bytes.getShort(at) & 0xFFFF];
        bytes.get(at + 2, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}

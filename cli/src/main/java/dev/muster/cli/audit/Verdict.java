package dev.muster.cli.audit;

import java.util.List;
import java.util.Map;

/**
 * How a verification ended.
 *
 * @param findings as many as can be shown, as objects with kind, position, row and text
 */
record Verdict(
        boolean sound,
        long position,
        String hash,
        long checked,
        long found,
        long pending,
        long checkpoints,
        List<Map<String, Object>> findings) {}

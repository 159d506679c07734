package dev.muster.agent.commands;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a text what lets somebody in: keys, tokens, passwords. Rather too much than too little. Pure.
 */
public final class Redactor {
    private static final String GONE = "[redacted]";

    private record Rule(Pattern pattern, String replacement) {}

    private static final List<Rule> RULES = List.of(
            new Rule(
                    Pattern.compile(
                            "-----BEGIN [A-Z0-9 ]{1,40}-----.*?(-----END [A-Z0-9 ]{1,40}-----|\\z)", Pattern.DOTALL),
                    GONE),
            new Rule(Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*)?"), GONE),
            new Rule(Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}"), "$1 " + GONE),
            new Rule(
                    Pattern.compile("(?i)([A-Za-z0-9_.-]*(?:token|passwd|password|passphrase|secret|authorization|"
                            + "api[-_]?key|private[-_]?key|credential)[A-Za-z0-9_.-]*[\"']?\\s*[:=]\\s*)"
                            + "(\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s,;}\\]]+)"),
                    "$1" + GONE),
            new Rule(
                    Pattern.compile("(?i)(--?[a-z-]*(?:token|password|secret|key)[a-z-]*\\s+)[^\\s-][^\\s]*"),
                    "$1" + GONE),
            new Rule(Pattern.compile("\\bmt_[A-Za-z0-9_-]{6,}"), GONE),
            new Rule(Pattern.compile("(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)"), GONE));

    private Redactor() {}

    /** The text without secrets. */
    public static String redact(String text) {
        String result = text;
        for (Rule rule : RULES) {
            result = rule.pattern().matcher(result).replaceAll(rule.replacement());
        }
        return result;
    }
}

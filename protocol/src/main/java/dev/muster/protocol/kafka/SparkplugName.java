package dev.muster.protocol.kafka;

import dev.muster.protocol.ProtocolException;

/**
 * The name of a foreign edge node under {@code spBv1.0} (Sparkplug specification 3.0, 4.1 and 4.2).
 *
 * @param group level of topics, not `STATE`
 * @param node level of topics, its name in the group
 */
public record SparkplugName(String group, String node) {
    private static final int LONGEST = 200;

    public SparkplugName {
        check("group", group);
        check("edge node", node);
        if (group.equals("STATE")) {
            throw new ProtocolException("expected a group other than `STATE`, which is what hosts tell");
        }
    }

    /** Reads {@code group/node}. */
    public static SparkplugName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new ProtocolException("expected `group/node`, found `" + text + "`");
        }
        return new SparkplugName(text.substring(0, slash), text.substring(slash + 1));
    }

    private static void check(String what, String text) {
        boolean fits = !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars().noneMatch(c -> c == '/' || c == '+' || c == '#' || Character.isISOControl(c));
        if (!fits) {
            throw new ProtocolException("expected a Sparkplug " + what + " of 1 to " + LONGEST
                    + " characters without `/`, `+`, `#` and control characters, found `" + text + "`");
        }
    }

    /** {@code group/node}, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return group + "/" + node;
    }
}

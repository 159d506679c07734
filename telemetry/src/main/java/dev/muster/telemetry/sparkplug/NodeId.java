package dev.muster.telemetry.sparkplug;

/**
 * An edge node: its group and its name within it, both a level of MQTT topics (specification 4.1 and 4.2). What cannot be one is
 * refused with an {@link IllegalArgumentException}.
 */
public record NodeId(String group, String node) {
    private static final int LONGEST = 200;

    public NodeId {
        level("group", group);
        level("edge node", node);
        if (group.equals(HostState.LEVEL)) {
            throw new IllegalArgumentException("expected a group other than `STATE`, which is what hosts tell");
        }
    }

    /** Whether a text can be a group, an edge node or a device. */
    static boolean isLevel(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars().noneMatch(c -> c == '/' || c == '+' || c == '#' || Character.isISOControl(c));
    }

    private static void level(String what, String text) {
        if (!isLevel(text)) {
            throw new IllegalArgumentException("expected a " + what + " of 1 to " + LONGEST
                    + " characters without `/`, `+`, `#` and control characters, found `" + text + "`");
        }
    }

    /** {@code group/node}. */
    @Override
    public String toString() {
        return group + "/" + node;
    }
}

package dev.muster.policy.language.message;

/** How messages show what a person wrote. */
public final class Quote {
    private static final int MOST = 100;

    private Quote() {}

    /** The text in backticks, on one line, shortened where it is long: a message must not grow with its cause. */
    public static String of(String text) {
        return "`" + shown(text, MOST) + "`";
    }

    /** The same without backticks, a little longer. */
    public static String line(String text) {
        return shown(text, 4 * MOST);
    }

    /** A message of ours that may hold a library's words. */
    public static String message(String text) {
        return shown(text, 10 * MOST);
    }

    private static String shown(String text, int most) {
        boolean fits =
                text.length() <= most || (text.length() <= 2 * most && text.codePointCount(0, text.length()) <= most);
        int end = fits ? text.length() : text.offsetByCodePoints(0, most);
        StringBuilder shown = new StringBuilder();
        text.substring(0, end)
                .codePoints()
                .forEach(point -> shown.appendCodePoint(
                        Character.isISOControl(point) || point == 0x2028 || point == 0x2029 ? ' ' : point));
        return shown.append(fits ? "" : "…").toString();
    }
}

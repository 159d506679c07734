package dev.muster.control.console;

/** What a request below {@code /console} asks for, judged by its path alone. */
enum ConsolePath {
    /** {@code /console}: relative links would break, so the browser is sent to {@code /console/}. */
    WITHOUT_SLASH,
    /** A file whose name carries its content's hash: it may be cached for ever. */
    HASHED_ASSET,
    /** Another file of ours, or {@code /console/} itself: must be asked for again each time. */
    FILE,
    /** An address of the console's own router, such as {@code /console/devices/7}: answered with the start page. */
    DEEP_LINK;

    static final String ROOT = "/console";

    private static final String ASSETS = ROOT + "/assets/";

    /** Classifies a normalized request path that starts with {@link #ROOT}. */
    static ConsolePath of(String path) {
        if (path.equals(ROOT)) {
            return WITHOUT_SLASH;
        }
        if (path.startsWith(ASSETS)) {
            return HASHED_ASSET;
        }
        // A page's address may hold dots (device ids, bundle names), so only the top level holds files.
        String rest = path.substring(ROOT.length() + 1);
        boolean topLevelFile = rest.isEmpty() || (rest.indexOf('/') < 0 && rest.indexOf('.') > 0);
        return topLevelFile ? FILE : DEEP_LINK;
    }
}

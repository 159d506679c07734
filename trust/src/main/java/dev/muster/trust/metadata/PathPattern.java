package dev.muster.trust.metadata;

/**
 * Shell patterns over target paths: {@code *} and {@code ?} never cross a {@code /} (specification 4.5). Linear in the
 * pattern times the path, whatever the pattern: it comes from somebody else.
 */
final class PathPattern {
    private PathPattern() {}

    static boolean matches(String pattern, String path) {
        int p = 0;
        int s = 0;
        int star = -1;
        int resume = 0;
        while (s < path.length()) {
            char c = path.charAt(s);
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = s;
            } else if (p < pattern.length() && (pattern.charAt(p) == c || (pattern.charAt(p) == '?' && c != '/'))) {
                p++;
                s++;
            } else if (star >= 0 && path.charAt(resume) != '/') {
                // The last star takes one character more; it never takes a separator.
                p = star + 1;
                s = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}

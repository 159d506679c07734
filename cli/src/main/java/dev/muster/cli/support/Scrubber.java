package dev.muster.cli.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of lines of a log what may be a secret or a person's. A log is free text, so this goes by forms, and by the very secrets that
 * are known; everything else in a bundle goes by lists.
 */
final class Scrubber {
    private static final int SHORTEST_SECRET = 6;

    private record Form(Pattern pattern, String instead) {}

    private static final List<Form> FORMS = List.of(
            new Form(Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----.*"), "(private key)"),
            new Form(Pattern.compile("eyJ[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]+){1,4}"), "(token)"),
            new Form(Pattern.compile("\\b(?:mst|mbg)\\.[A-Za-z0-9._-]{8,}"), "(token)"),
            new Form(Pattern.compile("\\b[a-z0-9-]+\\.[0-9a-f]{12}\\.[A-Za-z0-9_-]{20,}"), "(token)"),
            new Form(Pattern.compile("\\bwhsec_[A-Za-z0-9+/=_-]+"), "(secret)"),
            new Form(
                    Pattern.compile("(?i)\\b(Bearer|Basic|GatewayToken|TargetToken)\\s+[^\\s,;'\"]{4,}"), "$1 (token)"),
            // Long, of capitals, small letters and digits: nobody's words.
            new Form(
                    Pattern.compile("(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])(?=[a-z0-9_-]*[A-Z])(?=[A-Z0-9_-]*[a-z])"
                            + "[A-Za-z0-9_-]{24,}"),
                    "(taken out)"),
            new Form(Pattern.compile("(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,}={1,2}"), "(taken out)"),
            // Who logs in, between scheme and host.
            new Form(Pattern.compile("://[^/\\s@]+@"), "://(login)@"),
            new Form(
                    Pattern.compile(
                            "(?i)([A-Za-z0-9_.\\[\\]-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key"
                                    + "|private[_-]?key|credential|jaas\\.config|\\bpin)[A-Za-z0-9_.\\]-]*[\"']?\\s*[=:]\\s*)"
                                    + "(?:\"[^\"]*\"|'[^']*'|[^\\s,;&]+)"),
                    "$1(taken out)"),
            new Form(Pattern.compile("[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+"), "(e-mail)"),
            new Form(Pattern.compile("/(home|Users)/[^/\\s:]+"), "/$1/(user)"),
            // Of this machine and of nobody stay, they tell what is configured.
            new Form(
                    Pattern.compile("(?<![0-9.])(?!127\\.|0\\.0\\.0\\.0)(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9.])"),
                    "(address)"),
            new Form(
                    Pattern.compile("(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])"
                            + "|(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![0-9A-Za-z:])"),
                    "(address)"));

    private final List<String> secrets;

    /** {@code secrets} are taken out wherever they stand; those too short to be told from words are left to the forms. */
    Scrubber(Collection<String> secrets) {
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .distinct()
                // One may begin with another.
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    String scrub(String line) {
        String clean = line;
        for (String secret : secrets) {
            clean = clean.replace(secret, "(secret)");
        }
        for (Form form : FORMS) {
            clean = form.pattern().matcher(clean).replaceAll(form.instead());
        }
        return clean;
    }
}

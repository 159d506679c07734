package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The access token manager through {@code atm}: what tokens hold, and the little that the command may change. Stateless. */
public final class AccessTokens {
    /** Set by a user policy: denies whatever the status says. */
    public static final int RESTRICTED_BY_ADMIN = 512;

    private static final int COMPONENT_SET = 16;

    /** Raised by the token manager whenever a permission of any token changes; costs one program to read. */
    private static final String COUNTER = "accesstoken.permission.change";

    private static final Pattern TOKEN = Pattern.compile("\"tokenID\"\\s*:\\s*([0-9]{1,10})");
    private static final Pattern USER = Pattern.compile("\"userId\"\\s*:\\s*([0-9]{1,9})");
    private static final Pattern INSTANCE = Pattern.compile("\"instIndex\"\\s*:\\s*([0-9]{1,5})");

    // Older systems put status and flag into lists of one; the numbers come in the same order.
    private static final Pattern STATE = Pattern.compile("\"permissionName\"\\s*:\\s*\"([A-Za-z0-9_.]{1,256})\""
            + "[^{}\"]*(?:\"(?!grantStatus\"|permissionName\")[^\"]*\"[^\"]*?)*?\"grantStatus\"\\s*:\\s*(-?[0-9]{1,3})"
            + "[^\"]*(?:\"(?!grantFlag\"|permissionName\")[^\"]*\"[^\"]*?)*?\"grantFlag\"\\s*:\\s*([0-9]{1,5})");

    private final Tools tools;

    public AccessTokens(Tools tools) {
        this.tools = tools;
    }

    /** One requested permission as it is stored: status and flags. */
    public record State(boolean status, int flags) {
        /** What a check answers. */
        public boolean isGranted() {
            return !isRestricted() && ((flags & COMPONENT_SET) != 0 || status);
        }

        /** Whether a user policy denies it. */
        public boolean isRestricted() {
            return (flags & RESTRICTED_BY_ADMIN) != 0;
        }
    }

    /** The token of one installed instance. */
    public record Token(long id, int user, int instance, Map<String, State> states) {
        public Token {
            states = Map.copyOf(states);
        }
    }

    /** Whether the command shows and changes anything for us, by its own help. */
    public record Abilities(boolean shows, boolean changes) {}

    /** Asks the command what it can do on this build. */
    public Abilities abilities() {
        try {
            String help = tools.read("atm", "help");
            return new Abilities(mentions(help, "dump"), mentions(help, "perm"));
        } catch (IOException e) {
            return new Abilities(false, false);
        }
    }

    private static boolean mentions(String help, String word) {
        return help.lines().map(String::strip).anyMatch(line -> line.matches(word + "\\b.*"));
    }

    /** The tokens of a bundle: one for each user and clone; none where it is not installed. */
    public List<Token> of(String bundle) throws IOException {
        return read(tools.read("atm", "dump", "-t", "-b", bundle));
    }

    /** Reads what {@code atm dump -t} writes: nearly JSON, with a comma too many in every object. */
    static List<Token> read(String dump) {
        List<Token> tokens = new ArrayList<>();
        Matcher next = TOKEN.matcher(dump);
        int from = next.find() ? next.start() : -1;
        while (from >= 0) {
            long id = Long.parseLong(next.group(1));
            int to = next.find() ? next.start() : dump.length();
            String part = dump.substring(from, to);
            Optional<Integer> user = number(USER, part);
            if (user.isPresent()) {
                tokens.add(new Token(id, user.get(), number(INSTANCE, part).orElse(0), states(part)));
            }
            from = to == dump.length() ? -1 : to;
        }
        return List.copyOf(tokens);
    }

    private static Map<String, State> states(String part) {
        Map<String, State> states = new TreeMap<>();
        Matcher matcher = STATE.matcher(part);
        while (matcher.find()) {
            states.put(matcher.group(1), new State(matcher.group(2).equals("0"), Integer.parseInt(matcher.group(3))));
        }
        return states;
    }

    private static Optional<Integer> number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
    }

    /** Grants or cancels one permission; empty if the command says that it is done, else what it says. */
    public Optional<String> change(long token, String permission, boolean granted) throws IOException {
        String answer = tools.read("atm", "perm", granted ? "-g" : "-c", "-i", Long.toString(token), "-p", permission);
        return answer.strip().startsWith("Success")
                ? Optional.empty()
                : Optional.of(
                        answer.isBlank()
                                ? "nothing"
                                : answer.strip().lines().findFirst().orElse(""));
    }

    /** What rises with every change of a permission; empty where this build does not tell. */
    public Optional<String> counter() throws IOException {
        return Parameters.value(tools.read("param", "get", COUNTER));
    }
}

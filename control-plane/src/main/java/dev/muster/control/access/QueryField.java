package dev.muster.control.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What of a device can be asked for, and of what type it is. */
enum QueryField {
    ID("id", Type.TEXT, "id"),
    NAME("name", Type.TEXT, "name people gave it"),
    KIND("kind", Type.TEXT, "managed or foreign"),
    STATUS("status", Type.WORD, "pending, active, suspended or retired"),
    SITE("site", Type.SITE, "site, with the sites below"),
    TAG("tag", Type.TEXT, "any of its tags"),
    GROUP("group", Type.TEXT, "any of its groups"),
    TYPE("type", Type.TEXT, "device type"),
    HARDWARE("hardware", Type.TEXT, "hardware id"),
    SERIAL("serial", Type.TEXT, "serial number"),
    UDID("udid", Type.TEXT, "unique device id"),
    ONLINE("online", Type.BOOLEAN, "connected now"),
    DOCUMENT("document", Type.WORD, "how it stands to its signed document"),
    LAST_SEEN("lastSeen", Type.TIME, "last sign of life"),
    ENROLLED("enrolledAt", Type.TIME, "first certificate"),
    API("api", Type.NUMBER, "API level of its system"),
    IMAGE("image", Type.VERSION, "version of the image it runs"),
    POLICY("policy", Type.VERSION, "policy version in force"),
    FACT("fact.", Type.OPEN, "what the device says of itself"),
    META("meta.", Type.OPEN, "what operators noted");

    /** Values of a type. */
    enum Type {
        TEXT("a text"),
        WORD("a word"),
        BOOLEAN("true or false"),
        SITE("a site"),
        NUMBER("a number"),
        VERSION("a version"),
        TIME("a time"),
        /** A text, or a number or version where order matters. */
        OPEN("a text");

        private final String shown;

        Type(String shown) {
            this.shown = shown;
        }

        /** For people. */
        String shown() {
            return shown;
        }

        /** The operators that suit it. */
        List<QueryOperator> operators() {
            return switch (this) {
                case TEXT, WORD, BOOLEAN ->
                    List.of(QueryOperator.EQUAL, QueryOperator.NOT_EQUAL, QueryOperator.IN, QueryOperator.OUT);
                case SITE ->
                    List.of(
                            QueryOperator.EQUAL,
                            QueryOperator.NOT_EQUAL,
                            QueryOperator.IN,
                            QueryOperator.OUT,
                            QueryOperator.UNDER,
                            QueryOperator.AT);
                case NUMBER, VERSION, TIME, OPEN ->
                    List.of(
                            QueryOperator.EQUAL,
                            QueryOperator.NOT_EQUAL,
                            QueryOperator.IN,
                            QueryOperator.OUT,
                            QueryOperator.LESS,
                            QueryOperator.LESS_OR_EQUAL,
                            QueryOperator.GREATER,
                            QueryOperator.GREATER_OR_EQUAL);
            };
        }
    }

    /** The fact behind {@link #API}. */
    static final String API_FACT = "os.apiVersion";

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final String word;
    private final Type type;
    private final String meaning;

    QueryField(String word, Type type, String meaning) {
        this.word = word;
        this.type = type;
        this.meaning = meaning;
    }

    /** Its name, with a dot at the end where a key follows. */
    String word() {
        return word;
    }

    Type type() {
        return type;
    }

    /** For people. */
    String meaning() {
        return meaning;
    }

    /** Whether a key follows, as in {@code fact.os.api}. */
    boolean hasKey() {
        return type == Type.OPEN;
    }

    /** Whether its value changes with time alone, or with every sign of life. */
    boolean changesWithTime() {
        return this == ONLINE || this == DOCUMENT || this == LAST_SEEN;
    }

    /** The field of a name; empty for an unknown one and for a key that none can be. */
    static Optional<QueryField> parse(String text) {
        return Arrays.stream(values())
                .filter(field -> field.hasKey()
                        ? text.startsWith(field.word)
                                && KEY.matcher(text.substring(field.word.length()))
                                        .matches()
                        : field.word.equals(text))
                .findFirst();
    }

    /** What is wrong with a name that is no field. */
    static String complaint(String text) {
        for (QueryField field : values()) {
            if (field.hasKey() && text.startsWith(field.word)) {
                return "expected a key of letters, digits, '.', '_', '-' after `" + field.word + "`, found `" + text
                        + "`";
            }
        }
        String all = Arrays.stream(values())
                .map(field -> field.hasKey() ? field.word + "<key>" : field.word)
                .collect(Collectors.joining(", "));
        String near = nearest(text).map(one -> "; did you mean `" + one + "`?").orElse("");
        return "expected one of the fields " + all + ", found `" + text + "`" + near;
    }

    private static Optional<String> nearest(String text) {
        List<String> near = new ArrayList<>();
        int best = 3;
        for (QueryField field : values()) {
            int distance =
                    distance(text.toLowerCase(java.util.Locale.ROOT), field.word.toLowerCase(java.util.Locale.ROOT));
            if (!field.hasKey() && distance < best && distance < field.word.length()) {
                best = distance;
                near.clear();
                near.add(field.word);
            }
        }
        return near.stream().findFirst();
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}

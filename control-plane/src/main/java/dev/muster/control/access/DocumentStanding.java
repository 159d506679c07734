package dev.muster.control.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an active device stands to the signed document that says what it must be: counted, and asked for, by the same words. */
public enum DocumentStanding {
    /** It has reported the newest, and every target is in force. */
    IN_STEP("inStep"),
    /** It has reported the newest, and is not, or not yet, what that says. */
    DIFFERS("differs"),
    /** It is connected and has not reported the newest yet. */
    BEHIND("behind"),
    /** It is not connected and has not reported the newest. */
    AWAY("away"),
    /** Nothing was asked of it yet. */
    UNASKED("unasked");

    /**
     * Where a statement finds what decides.
     *
     * @param device alias of the table {@code device}
     * @param reported the generation that the device reported last; may be null
     * @param settled whether every target of that report is in force; may be null
     * @param online whether it is connected; may be null
     */
    public record Columns(String device, String reported, String settled, String online) {}

    private final String word;

    DocumentStanding(String word) {
        this.word = word;
    }

    /** As queries and answers write it. */
    public String word() {
        return word;
    }

    /** The one of a word. */
    static Optional<DocumentStanding> parse(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /** All words, for people. */
    static String words() {
        return Arrays.stream(values()).map(DocumentStanding::word).collect(Collectors.joining(", "));
    }

    /** The SQL that is true for a device that stands so; exactly one of them is for each active device. */
    public String condition(Columns columns) {
        String active = columns.device + ".status = 'active'";
        String asked = columns.device + ".generation > 0 and " + columns.device + ".kind <> 'foreign'";
        String told = "coalesce(" + columns.reported + ", 0) >= " + columns.device + ".generation";
        String settled = "coalesce(" + columns.settled + ", true)";
        String online = "coalesce(" + columns.online + ", false)";
        return "("
                + switch (this) {
                    case IN_STEP -> active + " and " + asked + " and " + told + " and " + settled;
                    case DIFFERS -> active + " and " + asked + " and " + told + " and not " + settled;
                    case BEHIND -> active + " and " + asked + " and not " + told + " and " + online;
                    case AWAY -> active + " and " + asked + " and not " + told + " and not " + online;
                    case UNASKED -> active + " and not (" + asked + ")";
                }
                + ")";
    }
}

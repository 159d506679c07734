package dev.muster.control.webhooks;

/** What others said, as rows hold it. Pure. */
final class Texts {
    private static final int LONGEST = 500;

    private Texts() {}

    /** At most 500 characters of it, none of them zero. */
    static String bounded(String said) {
        String clean = said.replace('\0', ' ');
        return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
    }
}

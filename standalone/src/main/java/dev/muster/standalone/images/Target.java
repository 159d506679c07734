package dev.muster.standalone.images;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry, and the folder in it that images go to.
 *
 * @param host with its port, if it is not the usual one
 * @param path such as {@code muster} or {@code plant/north}
 */
record Target(String host, String path) {
    private static final String USUAL_PATH = "muster";
    private static final Pattern FORM = Pattern.compile(
            "([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\\[[0-9a-fA-F:]+](?::[0-9]{1,5})?)(?:/(.+))?");
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    /** Reads {@code HOST[:PORT][/PATH]}. */
    static Target parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected a registry as HOST[:PORT][/PATH] without a scheme, found `" + text + "`");
        }
        String path = form.group(2) == null ? USUAL_PATH : form.group(2);
        if (!PATH.matcher(path).matches()) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected a path of small letters, digits and `._-/`, found `" + path + "`");
        }
        return new Target(form.group(1).toLowerCase(Locale.ROOT), path);
    }

    static String tag(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected a tag of up to 128 letters, digits and `._-`, found `" + tag + "`");
        }
        return tag;
    }

    /** The repository of the image that the layout calls {@code name}, such as {@code muster/server:1.2.3}. */
    String repository(String name) {
        return path + "/" + name.replaceFirst("^.*/", "").replaceFirst(":.*$", "");
    }
}

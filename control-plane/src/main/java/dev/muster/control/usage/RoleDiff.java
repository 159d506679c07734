package dev.muster.control.usage;

import java.util.Optional;
import java.util.regex.Pattern;

/** Takes one permission out of a role's document and shows it as a diff. Pure; knows YAML no further than lists. */
final class RoleDiff {
    private RoleDiff() {}

    /** The unified diff; empty where the permission does not stand in a line that can be changed by itself. */
    static Optional<String> without(String role, String yaml, String permission) {
        StringBuilder diff = new StringBuilder("--- Role/" + role + "\n+++ Role/" + role + "\n");
        String name = Pattern.quote(permission) + "(?![A-Za-z0-9_.])";
        Pattern alone = Pattern.compile("\\s*-\\s*[\"']?" + name + "[\"']?\\s*(#.*)?");
        Pattern first = Pattern.compile("[\"']?" + name + "[\"']?\\s*,\\s*");
        Pattern later = Pattern.compile("\\s*,\\s*[\"']?" + name + "[\"']?");
        String[] lines = yaml.split("\n", -1);
        boolean found = false;
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            String changed = null;
            if (alone.matcher(line).matches()) {
                changed = "";
            } else if (first.matcher(line).find()) {
                changed = first.matcher(line).replaceFirst("");
            } else if (later.matcher(line).find()) {
                changed = later.matcher(line).replaceFirst("");
            }
            if (changed != null) {
                found = true;
                diff.append("@@ -").append(i + 1).append(" @@\n-").append(line).append('\n');
                if (!changed.isEmpty()) {
                    diff.append('+').append(changed).append('\n');
                }
            }
        }
        return found ? Optional.of(diff.toString()) : Optional.empty();
    }
}

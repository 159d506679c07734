package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import java.util.List;
import java.util.regex.Pattern;

/** Where a target of some kind may lie: plain segments only, so that a path is harmless as a file name too. */
final class TargetPath {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

    private TargetPath() {}

    static void require(String path, TargetKind kind) {
        List<String> segments = List.of(path.split("/", -1));
        boolean plain =
                segments.stream().allMatch(segment -> SEGMENT.matcher(segment).matches() && !segment.contains(".."));
        if (!plain) {
            throw new TrustException.Malformed("director document", "expected a plain path, found `" + path + "`");
        }
        if (segments.size() != kind.segments() || !segments.get(0).equals(kind.directory())) {
            throw new TrustException.NotAllowed(
                    path, "director", "expected a path below `" + kind.directory() + "/` for this kind of target");
        }
    }
}

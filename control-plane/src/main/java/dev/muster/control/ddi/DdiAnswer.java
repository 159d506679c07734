package dev.muster.control.ddi;

import dev.muster.control.artifacts.ArtifactBytes;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** What a client gets. */
sealed interface DdiAnswer {
    /** A document; what the client accepts says whether as JSON or CBOR. */
    record Document(Map<String, Object> members) implements DdiAnswer {}

    /** Several of them. */
    record Documents(java.util.List<Map<String, Object>> all) implements DdiAnswer {
        public Documents {
            all = java.util.List.copyOf(all);
        }
    }

    /** A status, and no body: clients take every other status but 200 for a failure. */
    record Status(int code) implements DdiAnswer {}

    /** The checksum of a file, in the words of {@code md5sum}. */
    record Md5(String file, String line) implements DdiAnswer {}

    /**
     * A file, in ranges.
     *
     * @param sent is told once its last byte is on its way, and whether all went with it
     */
    record Content(String file, ArtifactBytes.Stored stored, String sha1, Instant modified, Consumer<Boolean> sent)
            implements DdiAnswer {}
}

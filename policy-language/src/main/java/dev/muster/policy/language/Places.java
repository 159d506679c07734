package dev.muster.policy.language;

import java.util.HashMap;
import java.util.Map;

/**
 * Where the parts of one document stand, for those who find something about them later. Immutable once read.
 *
 * <p>Parts are named by their path in {@code spec}: {@code when}, {@code permissions/ohos.permission.CAMERA},
 * {@code roles/camera-user}, {@code conditional/0/when}; {@code name} is the name in {@code metadata}.
 */
public final class Places {
    private final Place document;
    private final Map<String, Place> parts;

    private Places(Place document, Map<String, Place> parts) {
        this.document = document;
        this.parts = parts;
    }

    /** The place of a part, of the document's name where the part was not written. */
    public Place of(String part) {
        Place found = parts.get(part);
        return found != null ? found : document;
    }

    /** Gathers places while a document is read. */
    static final class Marks {
        private final Map<String, Place> parts = new HashMap<>();

        void put(String part, Place place) {
            parts.putIfAbsent(part, place);
        }

        Places places(Place document) {
            return new Places(document, Map.copyOf(parts));
        }
    }
}

package dev.muster.control.trustrepo;

import dev.muster.trust.repository.KeyNames;

/** Who vouches for a target in the image repository: the delegated role, and the paths it may speak for. */
public sealed interface Publisher {
    /** A publisher of images and apps; its key is offline in strict mode. */
    record Code(String name) implements Publisher {}

    /** The server itself, for compiled policies. */
    record Policy() implements Publisher {}

    /** The server itself, for merged settings. */
    record Settings() implements Publisher {}

    /** The server itself, for deltas: they say how an image is made, and the image's publisher judges what comes out. */
    record Delta() implements Publisher {}

    /** The only publisher until others are delegated to. */
    static Code byDefault() {
        return new Code("default");
    }

    /** The delegated role and the name of its key. */
    default String role() {
        return switch (this) {
            case Code code -> KeyNames.publisher(code.name());
            case Policy p -> KeyNames.POLICY;
            case Settings s -> KeyNames.SETTINGS;
            case Delta d -> KeyNames.DELTA;
        };
    }
}

package dev.muster.policy.model;

/** One document a security officer writes. Later kinds (Capability, Zone, Shift, PolicyTest) join this list. */
public sealed interface PolicyDocument permits Role, Binding, GuardRail {
    /** Name, unique within the kind and tenant; see {@link Names}. */
    String name();

    /** The word in {@code kind:}. */
    default String kind() {
        return switch (this) {
            case Role ignored -> "Role";
            case Binding ignored -> "Binding";
            case GuardRail ignored -> "GuardRail";
        };
    }
}

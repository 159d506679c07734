package dev.muster.policy.model;

/** One document a security officer writes. */
public sealed interface PolicyDocument permits Role, Binding, GuardRail, Capability, Zone, Shift, PolicyTest {
    /** Name, unique within the kind and tenant; see {@link Names}. */
    String name();

    /** The word in {@code kind:}. */
    default String kind() {
        return switch (this) {
            case Role ignored -> "Role";
            case Binding ignored -> "Binding";
            case GuardRail ignored -> "GuardRail";
            case Capability ignored -> "Capability";
            case Zone ignored -> "Zone";
            case Shift ignored -> "Shift";
            case PolicyTest ignored -> "PolicyTest";
        };
    }
}

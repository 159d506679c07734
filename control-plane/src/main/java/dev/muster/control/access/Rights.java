package dev.muster.control.access;

import dev.muster.protocol.identity.TenantId;
import java.util.List;

/** What the bindings of one caller give. Pure; evaluated per required role, so rights never add up across bindings. */
final class Rights {
    private final TenantId tenant;
    private final List<RoleBinding> bindings;

    Rights(TenantId tenant, List<RoleBinding> bindings) {
        this.tenant = tenant;
        this.bindings = List.copyOf(bindings);
    }

    List<RoleBinding> bindings() {
        return bindings;
    }

    /** Whether any binding gives the role on anything. */
    boolean hold(Role required) {
        return bindings.stream()
                        .anyMatch(binding -> !binding.deny() && binding.role().implies(required))
                && bindings.stream()
                        .noneMatch(binding ->
                                denies(binding, required) && binding.selector().selectsAll());
    }

    /** The devices on which the caller may do what {@code required} may. */
    Scope scope(Role required) {
        return new Scope(
                tenant,
                bindings.stream()
                        .filter(binding -> !binding.deny() && binding.role().implies(required))
                        .map(RoleBinding::selector)
                        .toList(),
                bindings.stream()
                        .filter(binding -> denies(binding, required))
                        .map(RoleBinding::selector)
                        .toList());
    }

    // Who must not view must not operate either: a denied role takes away what builds on it.
    private static boolean denies(RoleBinding binding, Role required) {
        return binding.deny() && required.implies(binding.role());
    }
}

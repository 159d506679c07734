package dev.muster.control.access;

import dev.muster.protocol.identity.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bindings of one caller give. Pure; evaluated per required role, so rights never add up across bindings. */
final class Rights {
    private final TenantId tenant;
    private final List<RoleBinding> bindings;
    private final @Nullable Role most;
    private final Selector within;

    Rights(TenantId tenant, List<RoleBinding> bindings) {
        this(tenant, bindings, null, Selector.ALL);
    }

    /** Never more than {@code most}, on devices of {@code within} only: what a token takes from the rights of its account. */
    Rights(TenantId tenant, List<RoleBinding> bindings, @Nullable Role most, Selector within) {
        this.tenant = tenant;
        this.bindings = List.copyOf(bindings);
        this.most = most;
        this.within = within;
    }

    List<RoleBinding> bindings() {
        return bindings;
    }

    /** Whether any binding gives the role on anything. */
    boolean hold(Role required) {
        return (most == null || most.implies(required))
                && bindings.stream()
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
                        .toList(),
                within);
    }

    // Who must not view must not operate either: a denied role takes away what builds on it.
    private static boolean denies(RoleBinding binding, Role required) {
        return binding.deny() && required.implies(binding.role());
    }
}

package dev.muster.control.permissions;

import dev.muster.control.access.Scope;
import dev.muster.policy.model.PolicySnapshot;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Says whether a policy fits into what devices keep, before any device is told to hold it. */
public interface PolicyFit {
    /**
     * One reason why bundles cannot be made.
     *
     * @param rule name of the binding, guard rail or capability that is one too many; empty where it is none alone
     * @param reason what was expected and found
     * @param devices that could not get the policy for this reason
     */
    record Misfit(String rule, String reason, long devices) {}

    /** All of them for the devices in scope, by what their apps were when they last told; empty where the policy fits. */
    List<Misfit> misfits(Handle handle, Scope scope, PolicySnapshot snapshot);

    /**
     * The same where each device is to hold what it holds now.
     *
     * @param versions the policies in force by their version
     */
    List<Misfit> misfits(Handle handle, Scope scope, Map<Long, PolicySnapshot> versions);
}

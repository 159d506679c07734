package dev.muster.policy.atm;

import dev.muster.policy.atm.InstallOutcome.Failure;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says before an install which of its permission requests a device's Access Token Manager would refuse. A device answers
 * with the first one it meets; here all of them are found, so that they can be put right at once. Pure and thread-safe.
 */
public final class InstallForecast {
    private final Admission admission;
    private final Definitions definitions;

    /** For devices that know {@code catalog} and otherwise keep OpenHarmony's defaults. */
    public InstallForecast(PermissionCatalog catalog) {
        this.definitions = new Definitions(catalog);
        this.admission = new Admission(AtmConfig.of(catalog), definitions);
    }

    /** Requests that break a rule, in order of request, each permission once. What is not defined breaks none. */
    public List<Failure> refusals(AppInfo.Traits traits, AppPolicy policy) {
        Map<String, Failure> failures = new LinkedHashMap<>();
        for (AppPolicy.Request request : policy.requests()) {
            definitions
                    .find(request.permission())
                    .flatMap(definition -> admission.brokenRule(traits, policy, definition))
                    .ifPresent(rule -> failures.put(request.permission(), new Failure(request.permission(), rule)));
        }
        return List.copyOf(failures.values());
    }
}

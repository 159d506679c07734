package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.permission.PermissionCatalog;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Finds what is allowed but probably not meant. Pure: equal documents, time and inventory give equal findings. Thread-safe. */
public final class PolicyLint {
    private final PermissionCatalog catalog;

    /** A lint that knows OpenHarmony's permissions. */
    public PolicyLint() {
        this(PermissionCatalog.builtIn());
    }

    public PolicyLint(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The findings on good documents, in order of source and place. What lies elsewhere is not judged.
     *
     * @param now what capabilities are compared with
     */
    public List<Finding> lint(List<ParsedDocument> documents, Instant now) {
        return lint(documents, now, List.of());
    }

    /**
     * The same with rules that need to know the fleet.
     *
     * @param inventory profiles with their apps; none: those rules are left out
     */
    public List<Finding> lint(List<ParsedDocument> documents, Instant now, Collection<DeviceProfile> inventory) {
        Findings findings = new Findings(documents);
        Subjects subjects = new Subjects(documents);
        new UseRules(subjects, findings).check();
        new PermissionRules(catalog, subjects, findings).check();
        new ConditionRules(subjects, findings).check();
        new GrantRules(subjects, findings).check(now);
        if (!inventory.isEmpty()) {
            new InventoryRules(subjects, findings, inventory).check();
        }
        return findings.sorted();
    }
}

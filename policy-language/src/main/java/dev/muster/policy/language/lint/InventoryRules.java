package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.UserSelector;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the fleet as it is makes of the policy. */
final class InventoryRules {
    private final Subjects subjects;
    private final Findings findings;
    private final List<DeviceProfile> inventory;
    private final Set<String> requested = new HashSet<>();

    InventoryRules(Subjects subjects, Findings findings, Collection<DeviceProfile> inventory) {
        this.subjects = subjects;
        this.findings = findings;
        this.inventory = List.copyOf(inventory);
        this.inventory.forEach(profile -> profile.apps().forEach(app -> requested.addAll(app.requested())));
    }

    void check() {
        subjects.guardRails.forEach(rail -> {
            selects(
                    rail.written(),
                    rail.document().apps(),
                    rail.document().devices(),
                    rail.document().users());
            rail.document().deny().stream()
                    .filter(name -> !requested.contains(name))
                    .forEach(name -> findings.add(
                            LintRule.DENY_UNREQUESTED,
                            rail.written(),
                            "deny/" + name,
                            "no app of the inventory requests `" + name + "`"));
        });
        subjects.bindings.forEach(binding -> selects(
                binding.written(),
                binding.document().apps(),
                binding.document().devices(),
                binding.document().users()));
        // Profiles do not tell who a device is: what is meant for single devices is not judged.
        subjects.capabilities.stream()
                .filter(capability -> !capability.document().isDeviceBound())
                .forEach(capability -> selects(
                        capability.written(),
                        capability.document().apps(),
                        capability.document().devices(),
                        capability.document().users()));
    }

    private void selects(ParsedDocument written, AppSelector apps, DeviceSelector devices, UserSelector users) {
        boolean some = inventory.stream()
                .filter(profile -> devices.matches(profile.attributes()))
                .flatMap(profile -> profile.apps().stream())
                .anyMatch(app -> selects(app, apps, users));
        if (!some) {
            findings.add(
                    LintRule.SELECTS_NOTHING, written, "name", "no app on any device of the inventory is selected");
        }
    }

    private static boolean selects(AppInstance app, AppSelector apps, UserSelector users) {
        return apps.matches(app) && users.matches(app.key().user());
    }
}

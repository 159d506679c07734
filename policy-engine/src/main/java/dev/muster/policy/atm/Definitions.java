package dev.muster.policy.atm;

import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.Optional;

/** What is defined on the device right now; an update of the system brings another list. */
final class Definitions {
    private PermissionCatalog catalog;

    Definitions(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    Optional<PermissionDefinition> find(String permission) {
        return catalog.find(permission);
    }

    PermissionCatalog catalog() {
        return catalog;
    }

    void replace(PermissionCatalog next) {
        catalog = next;
    }
}

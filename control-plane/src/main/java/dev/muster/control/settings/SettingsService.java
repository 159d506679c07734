package dev.muster.control.settings;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Settings documents for people. Thread-safe. */
@Singleton
public final class SettingsService {
    private final SettingsStore store;
    private final DeviceService devices;
    private final SiteService sites;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    SettingsService(
            SettingsStore store,
            DeviceService devices,
            SiteService sites,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.sites = sites;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    SettingsDocument get(Access access, String level, String name) {
        SettingsLevel known = level(level);
        return transactions.in(access.tenant(), handle -> {
            requireOwner(handle, access, known, name, false);
            return find(handle, known, name, false).orElseThrow(() -> notFound(level, name));
        });
    }

    /** Replaces the document; with {@code ifMatch}, only that revision. */
    SettingsDocument put(
            Access access, String level, String name, Map<String, @Nullable Object> document, Optional<Long> ifMatch) {
        SettingsLevel known = level(level);
        return transactions.in(access.tenant(), handle -> {
            requireOwner(handle, access, known, name, true);
            long revision = find(handle, known, name, true)
                    .map(SettingsDocument::revision)
                    .orElse(0L);
            if (ifMatch.isPresent() && ifMatch.get() != revision) {
                throw new ProblemException(
                        ProblemCode.STALE, "expected revision " + ifMatch.get() + " in force, found " + revision);
            }
            store.put(
                    handle,
                    known,
                    name,
                    document,
                    clock.instant(),
                    access.caller().actor());
            audit.append(
                    handle,
                    access.caller(),
                    "settings.put",
                    known == SettingsLevel.DEVICE ? "device/" + name : "settings/" + level + "/" + name,
                    Map.of("document", document, "level", level));
            return find(handle, known, name, false).orElseThrow(() -> notFound(level, name));
        });
    }

    private Optional<SettingsDocument> find(Handle handle, SettingsLevel level, String name, boolean lock) {
        return store.find(handle, level, name, lock);
    }

    private void requireOwner(Handle handle, Access access, SettingsLevel level, String name, boolean change) {
        boolean exists =
                switch (level) {
                    case TENANT -> name.equals(access.tenant().value());
                    case SITE -> sites.exists(handle, name);
                    case GROUP -> false;
                    case DEVICE -> devices.exists(handle, access.scope(), DeviceService.id(name));
                };
        if (!exists) {
            throw notFound(level.text(), name);
        }
        if (change && level != SettingsLevel.DEVICE) {
            access.fleetWide();
        }
    }

    private static SettingsLevel level(String text) {
        return SettingsLevel.parse(text)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.SETTINGS_NOT_FOUND,
                        "expected the level tenant, site, group or device, found `" + text + "`"));
    }

    private static ProblemException notFound(String level, String name) {
        return new ProblemException(ProblemCode.SETTINGS_NOT_FOUND, "no settings for " + level + " `" + name + "`");
    }
}

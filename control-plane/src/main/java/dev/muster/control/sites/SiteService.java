package dev.muster.control.sites;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sites for people and for the other features. Thread-safe. */
@Singleton
public final class SiteService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final SiteStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<SiteListener> listeners;

    SiteService(
            SiteStore store,
            AuditStore audit,
            TenantTransactions transactions,
            // Looked up late: listeners ask this service.
            @Any Instance<SiteListener> listeners) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
    }

    /** The site, or the problem {@code site-not-found}; joins the caller's transaction. */
    public Site require(Handle handle, String name) {
        return store.find(handle, name)
                .orElseThrow(() -> new ProblemException(ProblemCode.SITE_NOT_FOUND, "no site `" + name + "`"));
    }

    /** Whether there is such a site; joins the caller's transaction. */
    public boolean exists(Handle handle, String name) {
        return store.find(handle, name).isPresent();
    }

    List<Site> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    Site get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, name));
    }

    /** Makes a site; one without a time zone of its own, which is null or empty, takes that of the site above. */
    Site create(Access access, String name, @Nullable String parent, SitePatch rest) {
        if (!NAME.matcher(name).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `name` of letters, digits, '.', '_', '-', at most 64, found `" + name + "`");
        }
        check(rest);
        return transactions.in(access.tenant(), handle -> {
            if (parent != null) {
                require(handle, parent);
            }
            if (!store.insert(handle, new Site(name, parent, "", rest.uplinkKbps()), own(rest.timeZone()))) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "site `" + name + "` exists");
            }
            Site site = require(handle, name);
            audit.append(
                    handle,
                    access.caller(),
                    "site.create",
                    "site/" + name,
                    Map.of("parent", String.valueOf(parent), "timeZone", site.timeZone()));
            return site;
        });
    }

    /** Changes a site; who depends on its time zone hears of it in the same transaction. */
    Site patch(Access access, String name, SitePatch patch) {
        check(patch);
        return transactions.in(access.tenant(), handle -> {
            Site before = require(handle, name);
            if (patch.uplinkKbps() != null) {
                store.setUplink(handle, name, patch.uplinkKbps());
            }
            if (patch.timeZone() != null) {
                store.setTimeZone(handle, name, own(patch.timeZone()));
            }
            Site after = require(handle, name);
            if (!after.equals(before)) {
                audit.append(
                        handle,
                        access.caller(),
                        "site.edit",
                        "site/" + name,
                        Map.of("timeZone", after.timeZone(), "uplinkKbps", String.valueOf(after.uplinkKbps())));
            }
            if (!after.timeZone().equals(before.timeZone())) {
                List<String> sites = store.sharingTimeZone(handle, name);
                listeners.forEach(listener -> listener.timeZoneChanged(handle, sites));
            }
            return after;
        });
    }

    private static @Nullable String own(@Nullable String zone) {
        return zone == null || zone.isBlank() ? null : zone;
    }

    private static void check(SitePatch patch) {
        String zone = own(patch.timeZone());
        try {
            if (zone != null) {
                ZoneId.of(zone);
            }
        } catch (DateTimeException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected a `timeZone` such as `Europe/Berlin`, found `" + zone + "`");
        }
        if (patch.uplinkKbps() != null && patch.uplinkKbps() <= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected `uplinkKbps` above 0, found " + patch.uplinkKbps());
        }
    }
}

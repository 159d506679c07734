package dev.muster.control.sites;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sites for people and for the other features. Thread-safe. */
@Singleton
public final class SiteService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_DEPTH = 16;

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

    /** Another device is the gateway wherever {@code from} was; joins the caller's transaction. */
    public void gatewayReplaced(Handle handle, String from, String to) {
        store.gatewayReplaced(handle, from, to);
    }

    List<Site> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    Site get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, name));
    }

    /** Makes a site; what it does not say itself is that of the site above. */
    Site create(Access access, String name, SitePatch patch) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected a `name` of letters, digits, '.', '_', '-', at most 64, found `" + name + "`");
        }
        Site.Own own = checked(patch.on(Site.Own.NOTHING));
        return transactions.in(access.tenant(), handle -> {
            store.lockTree(handle);
            String parent = parent(handle, name, patch.parent() == null ? "" : patch.parent());
            if (!store.insert(handle, name, parent)) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "site `" + name + "` exists");
            }
            requireGateway(handle, own);
            store.update(handle, name, parent, own);
            Site site = require(handle, name);
            audit.append(handle, access.caller(), "site.create", "site/" + name, detail(site));
            return site;
        });
    }

    /** Changes a site; who depends on its time zone, or on where it lies, hears of it in the same transaction. */
    Site patch(Access access, String name, SitePatch patch, Optional<Long> ifMatch) {
        return transactions.in(access.tenant(), handle -> {
            store.lockTree(handle);
            Site before = require(handle, name);
            ETags.check(ifMatch, before.revision());
            Site.Own own = checked(patch.on(before.own()));
            String parent = patch.parent() == null ? before.parent() : parent(handle, name, patch.parent());
            if (own.equals(before.own()) && Objects.equals(parent, before.parent())) {
                return before;
            }
            if (!Objects.equals(own.gateway(), before.own().gateway())) {
                requireGateway(handle, own);
            }
            store.update(handle, name, parent, own);
            Site after = require(handle, name);
            audit.append(handle, access.caller(), "site.edit", "site/" + name, detail(after));
            if (!after.timeZone().equals(before.timeZone())) {
                List<String> sites = store.sharingTimeZone(handle, name);
                listeners.forEach(listener -> listener.timeZoneChanged(handle, sites));
            }
            if (!Objects.equals(parent, before.parent())) {
                List<String> sites = store.subtree(handle, name);
                listeners.forEach(listener -> listener.moved(handle, access.tenant(), sites));
            }
            return after;
        });
    }

    /** Ends a site that nothing names any more; the problem {@code conflict} says what still does. */
    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            store.lockTree(handle);
            Site before = require(handle, name);
            ETags.check(ifMatch, before.revision());
            store.usedBy(handle, name).ifPresent(what -> {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a site that nothing names, found `" + name + "` named by " + what);
            });
            store.delete(handle, name);
            audit.append(handle, access.caller(), "site.delete", "site/" + name, detail(before));
        });
    }

    /** The site to lie in, null for none; a problem where that would make a ring or a tree too deep. */
    private @Nullable String parent(Handle handle, String name, String wanted) {
        if (wanted.isEmpty()) {
            return null;
        }
        if (store.subtree(handle, name).contains(wanted) || wanted.equals(name)) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected a `parent` outside of site `" + name + "`, found `" + wanted + "`, which lies in it");
        }
        int depth = 1;
        for (String above = require(handle, wanted).parent();
                above != null;
                above = require(handle, above).parent()) {
            depth++;
        }
        if (depth + store.height(handle, name) > MAX_DEPTH) {
            throw invalid("expected at most " + MAX_DEPTH + " sites in each other, found more with `" + wanted
                    + "` as the `parent`");
        }
        return wanted;
    }

    private void requireGateway(Handle handle, Site.Own own) {
        if (own.gateway() != null && !store.deviceExists(handle, own.gateway())) {
            throw new ProblemException(
                    ProblemCode.DEVICE_NOT_FOUND, "no device `" + own.gateway() + "` that could be the `gateway`");
        }
    }

    static Site.Own checked(Site.Own own) {
        try {
            if (own.timeZone() != null) {
                ZoneId.of(own.timeZone());
            }
        } catch (DateTimeException e) {
            throw invalid("expected a `timeZone` such as `Europe/Berlin`, found `" + own.timeZone() + "`");
        }
        if (own.uplinkKbps() != null && own.uplinkKbps() <= 0) {
            throw invalid("expected `uplinkKbps` above 0, found " + own.uplinkKbps());
        }
        Site.Location location = own.location();
        // NaN is in no range.
        if (location != null && !(Math.abs(location.latitude()) <= 90 && Math.abs(location.longitude()) <= 180)) {
            throw invalid(
                    "expected a `location` of a `latitude` from -90 to 90 and a `longitude` from -180 to 180, found "
                            + location.latitude() + " and " + location.longitude());
        }
        return own;
    }

    private static Map<String, ?> detail(Site site) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("parent", String.valueOf(site.parent()));
        detail.put("timeZone", site.timeZone());
        detail.put("uplinkKbps", String.valueOf(site.uplinkKbps()));
        MaintenanceWindow window = site.window();
        detail.put(
                "window",
                window == null
                        ? "any time"
                        : String.join(",", window.days()) + " " + window.from() + "-" + window.to());
        detail.put("gateway", String.valueOf(site.gateway()));
        Site.Location location = site.location();
        detail.put("location", location == null ? "none" : location.latitude() + ", " + location.longitude());
        return detail;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}

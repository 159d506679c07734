package dev.muster.control.sites;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Sites for people and for the other features. Thread-safe. */
@Singleton
public final class SiteService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final SiteStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    SiteService(SiteStore store, AuditStore audit, TenantTransactions transactions) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
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

    Site create(Access access, Site site) {
        check(site);
        return transactions.in(access.tenant(), handle -> {
            if (site.parent() != null) {
                require(handle, site.parent());
            }
            if (!store.insert(handle, site)) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "site `" + site.name() + "` exists");
            }
            audit.append(
                    handle,
                    access.caller(),
                    "site.create",
                    "site/" + site.name(),
                    Map.of("parent", String.valueOf(site.parent()), "timeZone", site.timeZone()));
            return site;
        });
    }

    private static void check(Site site) {
        if (!NAME.matcher(site.name()).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `name` of letters, digits, '.', '_', '-', at most 64, found `" + site.name() + "`");
        }
        try {
            ZoneId.of(site.timeZone());
        } catch (DateTimeException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `timeZone` such as `Europe/Berlin`, found `" + site.timeZone() + "`");
        }
        if (site.uplinkKbps() != null && site.uplinkKbps() <= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected `uplinkKbps` above 0, found " + site.uplinkKbps());
        }
    }
}

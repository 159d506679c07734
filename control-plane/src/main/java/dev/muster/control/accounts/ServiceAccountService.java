package dev.muster.control.accounts;

import dev.muster.control.access.Access;
import dev.muster.control.access.ApiToken;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.access.ServiceAccount;
import dev.muster.control.access.ServiceAccountStore;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Makes and ends service accounts and their tokens; every change with its audit row. Thread-safe. */
@Singleton
final class ServiceAccountService {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LONGEST_TEXT = 200;
    private static final Duration DEFAULT_LIFE = Duration.ofDays(90);
    private static final Duration LONGEST_LIFE = Duration.ofDays(366);
    private static final int MOST_TOKENS = 20;

    private final ServiceAccountStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final QuotaService quotas;
    private final Clock clock;

    ServiceAccountService(
            ServiceAccountStore store,
            AuditStore audit,
            TenantTransactions transactions,
            QuotaService quotas,
            Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.quotas = quotas;
        this.clock = clock;
    }

    List<ServiceAccount> list(Access access) {
        return transactions.in(access.tenant(), handle -> store.all(handle, clock.instant()));
    }

    ServiceAccount create(Access access, ServiceAccountResource.Wanted wanted) {
        String name = Bodies.require(wanted.name(), "name");
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected `name` of 1 to 63 of a-z, 0-9 and `-`, found `" + name + "`");
        }
        String description = text("description", wanted.description());
        Instant now = clock.instant();
        transactions.run(access.tenant(), handle -> {
            if (!store.insert(handle, name, description, access.caller(), now)) {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS, "there is a service account `" + name + "` already");
            }
            quotas.check(handle, Quota.SERVICE_ACCOUNTS);
            audit.append(
                    handle,
                    access.caller(),
                    "service-account.create",
                    "service-account/" + name,
                    Map.of("description", description));
        });
        return new ServiceAccount(name, description, now, access.caller().name(), 0);
    }

    void delete(Access access, String name) {
        transactions.run(access.tenant(), handle -> {
            if (!store.delete(handle, name)) {
                throw notFound(name);
            }
            audit.append(handle, access.caller(), "service-account.delete", "service-account/" + name, Map.of());
        });
    }

    List<ApiToken> tokens(Access access, String account) {
        return transactions.in(access.tenant(), handle -> {
            require(handle, account);
            return store.tokens(handle, account);
        });
    }

    ServiceAccountResource.NewToken createToken(
            Access access, String account, ServiceAccountResource.WantedToken wanted) {
        Duration life = wanted.expiresIn() == null ? DEFAULT_LIFE : wanted.expiresIn();
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
            throw invalid("expected `expiresIn` above zero and up to " + LONGEST_LIFE + ", found " + life);
        }
        Instant now = clock.instant();
        ApiToken.Secret secret = ApiToken.Secret.random(access.tenant());
        ApiToken token = new ApiToken(
                secret.id(),
                account,
                text("name", wanted.name()),
                role(wanted.role()),
                Selector.parse(wanted.selector())
                        .without("group", "whoever edits a group would decide how far the token reaches"),
                now,
                access.caller().name(),
                now.plus(life),
                null);
        transactions.run(access.tenant(), handle -> {
            require(handle, account);
            long good = store.tokens(handle, account).stream()
                    .filter(known -> known.expiresAt().isAfter(now))
                    .count();
            if (good >= MOST_TOKENS) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected at most " + MOST_TOKENS + " good tokens of `" + account + "`: end one first");
            }
            store.insert(handle, token, secret.hash(), access.caller());
            audit.append(
                    handle,
                    access.caller(),
                    "api-token.create",
                    "service-account/" + account,
                    Map.of(
                            "token", token.id(),
                            "name", token.name(),
                            "role", token.role() == null ? "" : token.role().text(),
                            "selector", token.selector().text(),
                            "expiresAt", token.expiresAt().toString()));
        });
        return new ServiceAccountResource.NewToken(token.id(), secret.text(), token.expiresAt());
    }

    void deleteToken(Access access, String account, String id) {
        transactions.run(access.tenant(), handle -> {
            require(handle, account);
            if (!store.delete(handle, account, id)) {
                throw new ProblemException(
                        ProblemCode.API_TOKEN_NOT_FOUND, "no token `" + id + "` of service account `" + account + "`");
            }
            audit.append(
                    handle, access.caller(), "api-token.delete", "service-account/" + account, Map.of("token", id));
        });
    }

    private void require(Handle handle, String account) {
        if (!store.exists(handle, account)) {
            throw notFound(account);
        }
    }

    private static @Nullable Role role(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return Role.parse(text)
                .orElseThrow(() -> invalid("expected `role` to be one of " + Role.names() + ", found `" + text + "`"));
    }

    private static String text(String name, @Nullable String value) {
        String text = value == null ? "" : value;
        if (text.length() > LONGEST_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(
                    "expected `" + name + "` of at most " + LONGEST_TEXT + " characters without control characters");
        }
        return text;
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.SERVICE_ACCOUNT_NOT_FOUND, "no service account `" + name + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}

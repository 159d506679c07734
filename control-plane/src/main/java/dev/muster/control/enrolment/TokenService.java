package dev.muster.control.enrolment;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.config.ExternalConfig;
import dev.muster.control.devices.DeviceChecks;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.InvitationText;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Enrolment tokens for people. Thread-safe. */
@Singleton
final class TokenService {
    private static final int MAX_USES = 100_000;

    private final EnrolmentStore store;
    private final CertificateAuthority authority;
    private final SiteService sites;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final QuotaService quotas;
    private final Settings settings;

    TokenService(
            EnrolmentStore store,
            CertificateAuthority authority,
            SiteService sites,
            AuditStore audit,
            TenantTransactions transactions,
            QuotaService quotas,
            Settings settings) {
        this.store = store;
        this.authority = authority;
        this.sites = sites;
        this.audit = audit;
        this.transactions = transactions;
        this.quotas = quotas;
        this.settings = settings;
    }

    /** What is configured and the clock. */
    @Singleton
    record Settings(EnrolmentConfig enrolment, ExternalConfig external, Clock clock) {}

    NewToken create(Access access, TokenResource.Wanted wanted) {
        int uses = wanted.uses() == null ? 1 : wanted.uses();
        if (uses < 1 || uses > MAX_USES) {
            throw invalid("expected `uses` from 1 to " + MAX_USES + ", found " + uses);
        }
        Duration life = wanted.expiresIn() == null ? Duration.ofHours(24) : wanted.expiresIn();
        Duration longest = settings.enrolment().longestToken();
        if (life.isNegative() || life.isZero() || life.compareTo(longest) > 0) {
            throw invalid("expected `expiresIn` above zero and up to " + longest + ", found " + life);
        }
        for (String bound : Stream.of(wanted.serial(), wanted.udid())
                .filter(Objects::nonNull)
                .toList()) {
            if (!DeviceWords.fit(bound)) {
                throw invalid("expected `serial` and `udid` as text of 1 to " + DeviceWords.LONGEST + " characters");
            }
        }
        List<String> tags = wanted.tags() == null ? List.of() : DeviceChecks.tags(wanted.tags());
        Instant now = settings.clock().instant();
        EnrolmentToken.Secret secret = EnrolmentToken.Secret.random(access.tenant());
        EnrolmentToken token = new EnrolmentToken(
                secret.id(),
                wanted.name() == null ? "" : wanted.name(),
                uses,
                0,
                now.plus(life),
                wanted.site(),
                tags,
                Boolean.TRUE.equals(wanted.approval()),
                wanted.serial(),
                wanted.udid(),
                now,
                access.caller().actor(),
                access.caller().name());
        transactions.run(access.tenant(), handle -> {
            if (wanted.site() != null) {
                sites.require(handle, wanted.site());
            }
            store.insert(handle, token, secret.hash());
            quotas.check(handle, Quota.ENROLMENT_TOKENS);
            audit.append(
                    handle,
                    access.caller(),
                    "enrolment-token.create",
                    "enrolment-token/" + token.id(),
                    Map.of(
                            "uses",
                            uses,
                            "expiresAt",
                            token.expiresAt().toString(),
                            "tags",
                            tags,
                            "approval",
                            token.approval()));
        });
        InvitationText invitation = invitation(secret.text());
        return new NewToken(token.id(), secret.text(), token.expiresAt(), uses, command(invitation), invitation.text());
    }

    List<EnrolmentToken> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    void delete(Access access, String id) {
        transactions.run(access.tenant(), handle -> {
            if (!store.delete(handle, id)) {
                throw new ProblemException(ProblemCode.ENROLMENT_TOKEN_NOT_FOUND, "no enrolment token `" + id + "`");
            }
            audit.append(handle, access.caller(), "enrolment-token.delete", "enrolment-token/" + id, Map.of());
        });
    }

    private InvitationText invitation(String token) {
        try {
            return new InvitationText(settings.external().deviceUrl(), token, authority.fingerprint());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String command(InvitationText invitation) {
        return "./muster-agent enrol --server " + invitation.server() + " --token " + invitation.token()
                + " --ca-fingerprint " + invitation.fingerprint() + " && ./muster-agent run";
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}

package dev.muster.control.access;

import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcConfigurationMetadata;
import io.quarkus.oidc.runtime.OidcProvider;
import io.quarkus.oidc.runtime.OidcProviderClientImpl;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * The OpenID provider's keys. A token signed by an unknown key makes the library look for new ones; here they are also looked
 * for without cause, so that a key the provider took away is refused soon. What was known stays good while the provider
 * cannot be reached. Thread-safe.
 */
@Singleton
public class ProviderKeys {
    private static final Logger LOG = Logger.getLogger(ProviderKeys.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Configuration that accepts logout tokens: the same provider, another audience. Never that of a request. */
    private static final String LOGOUT = "logout";

    /** No key signed this: the library asks the provider for its keys, then refuses it. */
    private static final String UNSIGNED = encode("{\"alg\":\"RS256\",\"kid\":\"none\"}") + "." + encode("{}") + ".AA";

    private final TenantConfigBean providers;

    ProviderKeys(TenantConfigBean providers) {
        this.providers = providers;
    }

    /**
     * Whether the provider signed this logout token for one of our clients, and it is good now.
     *
     * @throws OIDCException if the provider's keys are not known yet and it cannot be reached
     */
    public boolean signedLogout(String token) {
        OidcProvider provider = ready(providers.getStaticTenant(LOGOUT));
        try {
            provider.verifyLogoutJwtToken(token);
            return true;
        } catch (InvalidJwtException e) {
            return isSignedByANewKey(provider, token);
        }
    }

    /**
     * Asks the provider for its keys now; what it said, for people. What is known stays as it is.
     *
     * @throws RuntimeException if it cannot be reached, or says something else
     */
    public String ask() {
        TenantConfigContext known = providers.getDefaultTenant();
        ready(known);
        OidcProviderClientImpl client = known.getOidcProviderClient();
        OidcConfigurationMetadata metadata = known.getOidcMetadata();
        if (client == null || metadata == null || metadata.getJsonWebKeySetUri() == null) {
            return "its key is in the settings, nobody is asked";
        }
        int status = client.getWebClient()
                .getAbs(metadata.getJsonWebKeySetUri())
                .send()
                .await()
                .atMost(ANSWER_LIMIT)
                .statusCode();
        if (status != 200) {
            throw new OIDCException("expected its keys (200), found status " + status);
        }
        return "it shows its keys";
    }

    @Scheduled(every = "${muster.oidc.keys-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void refresh() {
        for (TenantConfigContext known : List.of(providers.getDefaultTenant(), providers.getStaticTenant(LOGOUT))) {
            if (known.ready() && known.provider() != null) {
                isSignedByANewKey(known.provider(), UNSIGNED);
            }
        }
    }

    private static boolean isSignedByANewKey(OidcProvider provider, String token) {
        try {
            provider.refreshJwksAndVerifyJwtToken(token, true, false, null)
                    .await()
                    .atMost(ANSWER_LIMIT);
            return true;
        } catch (RuntimeException e) {
            LOG.debugf("not signed by the provider, or it cannot be reached: %s", e.getMessage());
            return false;
        }
    }

    private static OidcProvider ready(TenantConfigContext known) {
        return known.ready()
                ? known.provider()
                : known.initialize().await().atMost(ANSWER_LIMIT).provider();
    }

    private static String encode(String json) {
        return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.muster.control.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts the console's rules in front of Quarkus' static files, which alone would answer a deep link with 404 and let
 * browsers keep an old start page for a day. Stateless after start, safe for all event loops.
 */
@Singleton
class ConsoleRoutes {
    /** Before Quarkus' own static handler, after its authentication. */
    private static final int BEFORE_STATIC_FILES = 0;

    private static final String START_PAGE = ConsolePath.ROOT + "/index.html";
    private static final String NO_CONSOLE = """
            This build of Muster has no web console: npm was missing when it was built.
            Install Node.js 20.19 or newer and build again. The command line does everything: muster --help
            """;

    private final boolean built;
    private final String securityPolicy;

    @Inject
    ConsoleRoutes(@ConfigProperty(name = "muster.oidc.issuer") Optional<URI> issuer) {
        this(issuer, ConsoleRoutes.class.getResource("/META-INF/resources" + START_PAGE) != null);
    }

    ConsoleRoutes(Optional<URI> issuer, boolean built) {
        this.built = built;
        this.securityPolicy = securityPolicy(issuer);
    }

    void register(@Observes Router router) {
        router.routeWithRegex(ConsolePath.ROOT + "(/.*)?")
                .order(BEFORE_STATIC_FILES)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::handle);
    }

    private void handle(RoutingContext request) {
        if (!built) {
            end(
                    request.response().setStatusCode(404).putHeader("Content-Type", "text/plain; charset=utf-8"),
                    NO_CONSOLE);
            return;
        }
        switch (ConsolePath.of(request.normalizedPath())) {
            case WITHOUT_SLASH ->
                end(request.response().setStatusCode(308).putHeader("Location", ConsolePath.ROOT + "/"), "");
            case DEEP_LINK -> request.reroute(START_PAGE);
            case HASHED_ASSET -> serve(request, "public, max-age=31536000, immutable");
            case FILE -> serve(request, "no-cache");
        }
    }

    private void serve(RoutingContext request, String cacheControl) {
        // At the end of the headers, because the static handler sets its own Cache-Control.
        request.addHeadersEndHandler(ignored -> {
            var headers = request.response().headers();
            boolean found = request.response().getStatusCode() < 400;
            headers.set("Cache-Control", found ? cacheControl : "no-store");
            headers.set("Content-Security-Policy", securityPolicy);
        });
        request.next();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a browser that went away needs no answer
    private static void end(HttpServerResponse response, String body) {
        response.end(body);
    }

    /** Everything from here, nothing inline; besides the API only the OpenID provider may be called. */
    static String securityPolicy(Optional<URI> issuer) {
        String provider = issuer.map(uri -> " " + uri.getScheme() + "://" + uri.getRawAuthority())
                .orElse("");
        return "default-src 'self'; connect-src 'self'" + provider
                + "; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
                + provider;
    }
}

package dev.muster.control.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Headers that every answer of the port for people carries, problems and what is not found included; what a route says itself
 * wins. Nothing here authenticates by cookie, so a foreign page has nothing to ride on; these keep it from framing, sniffing and
 * remembering.
 */
@Singleton
class SecurityHeaders {
    private static final int BEFORE_EVERYTHING = 1_000;
    private static final String API = "/api/";

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()",
            // For answers that are data; the console's pages say their own.
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

    /** RFC 6797 7.2: only over TLS. A year, the least that lists of browsers take. */
    private static final String HSTS = "max-age=31536000";

    void register(@Observes Filters filters) {
        filters.register(SecurityHeaders::add, BEFORE_EVERYTHING);
    }

    private static void add(RoutingContext request) {
        request.addHeadersEndHandler(ignored -> {
            var headers = request.response().headers();
            ALWAYS.forEach((name, value) -> {
                if (!headers.contains(name)) {
                    headers.set(name, value);
                }
            });
            if (request.normalizedPath().startsWith(API) && !headers.contains("Cache-Control")) {
                headers.set("Cache-Control", "no-store");
            }
            if (isOverTls(request.request())) {
                headers.set("Strict-Transport-Security", HSTS);
            }
        });
        request.next();
    }

    private static boolean isOverTls(HttpServerRequest request) {
        return request.isSSL() || "https".equals(request.scheme());
    }
}

package dev.muster.control.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rules in front of static files that behave like Quarkus' own: everything found is immutable for a day. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleRoutesIT {
    private static final URI ISSUER = URI.create("http://localhost:7403/realms/muster");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private int built;
    private int without;

    @BeforeAll
    void start() throws ExecutionException, InterruptedException {
        built = serve(new ConsoleRoutes(Optional.of(ISSUER), true));
        without = serve(new ConsoleRoutes(Optional.empty(), false));
    }

    private int serve(ConsoleRoutes routes) throws ExecutionException, InterruptedException {
        Router router = Router.router(vertx);
        routes.register(router);
        router.route().order(10_000).handler(request -> request.response()
                .setStatusCode(request.normalizedPath().contains("missing") ? 404 : 200)
                .putHeader("Cache-Control", "public, immutable, max-age=86400")
                .end(request.normalizedPath()));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        return server.actualPort();
    }

    @AfterAll
    void stop() throws ExecutionException, InterruptedException {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String cache(HttpResponse<String> response) {
        return response.headers().firstValue("Cache-Control").orElse("");
    }

    @Test
    void answersADeepLinkWithTheStartPageThatIsNeverKept() throws Exception {
        HttpResponse<String> response = get(built, "/console/devices/press-07.north?tab=x");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("/console/index.html");
        assertThat(cache(response)).isEqualTo("no-cache");
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("connect-src 'self' http://localhost:7403;"));
    }

    @Test
    void letsHashedAssetsBeKeptForEverButNotTheirAbsence() throws Exception {
        assertThat(cache(get(built, "/console/assets/index-Bx81.js"))).isEqualTo("public, max-age=31536000, immutable");
        assertThat(get(built, "/console/assets/missing.js").statusCode()).isEqualTo(404);
        assertThat(cache(get(built, "/console/assets/missing.js"))).isEqualTo("no-store");
    }

    @Test
    void sendsTheBrowserToTheAddressWithTheSlash() throws Exception {
        HttpResponse<String> response = get(built, "/console");

        assertThat(response.statusCode()).isEqualTo(308);
        assertThat(response.headers().firstValue("Location")).hasValue("/console/");
    }

    @Test
    void leavesOtherAddressesAlone() throws Exception {
        assertThat(get(built, "/consoles/x").body()).isEqualTo("/consoles/x");
        assertThat(get(built, "/api/v1/console/x").body()).isEqualTo("/api/v1/console/x");
    }

    @Test
    void saysWhenThisBuildHasNoConsole() throws Exception {
        HttpResponse<String> response = get(without, "/console/devices/x");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("no web console", "muster --help");
    }
}

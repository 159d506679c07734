package dev.muster.system.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.system.Product;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People who log in with the real Keycloak of {@code ./muster up}, and what is done to their tokens. Claims that Keycloak itself
 * would never make are signed by a key that it was given: the token is right in all but the one thing.
 */
class LoginST {
    private static final String CLI = "muster-cli";
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration SOON = Duration.ofSeconds(60);
    /** Longer than a key that was taken away is believed ({@code muster.oidc.keys-every}). */
    private static final Duration KEYS = Duration.ofMinutes(3);

    @TempDir
    static Path folder;

    private static Product product;
    private static KeycloakRealm realm;
    private static HttpClient http;
    private static KeyPair ours;
    private static String ourKeyId;

    @BeforeAll
    static void start() throws Exception {
        http = HttpClient.newHttpClient();
        product = Product.withSharedPrograms(folder.resolve("data"), Product.freePortBase());
        product.login(product.up("--devices", "0", "--empty").mustSucceed());
        realm = new KeycloakRealm(
                URI.create("http://localhost:" + product.port(3)), "muster", secret("keycloak.bootstrap"));
        ours = keys();
        // Known, but behind the realm's own: what Keycloak signs stays signed as before.
        realm.addKey("given", ours, 1);
        ourKeyId = realm.keyId(ours);
    }

    @AfterAll
    static void stop() {
        realm.close();
        product.close();
        http.close();
    }

    @Test
    void aGroupsRightsAreThereForWhoNeverLoggedInAndASubgroupOfTheSameNameHasNone() {
        realm.group("/mine-north");
        realm.group("/contractors/mine-north");
        product.muster("roles", "bind", "viewer", "--group", "/mine-north").mustSucceed();
        realm.person("ann", "/mine-north");
        realm.person("bob", "/contractors/mine-north");

        assertThat(devices(realm.login(CLI, "ann").access())).isEqualTo(200);
        assertThat(devices(realm.login(CLI, "bob").access())).isEqualTo(403);
    }

    @Test
    void aChangeOfRightsHoldsForTheNextRequestOfTheSameToken() {
        realm.group("/shift");
        realm.person("cem", "/shift");
        String token = realm.login(CLI, "cem").access();
        assertThat(devices(token)).isEqualTo(403);

        String given = bind("viewer", "--group", "/shift");
        assertThat(devices(token)).isEqualTo(200);
        String denied = bind("viewer", "--group", "/shift", "--deny");
        assertThat(devices(token)).as("a deny").isEqualTo(403);
        product.muster("roles", "unbind", denied).mustSucceed();
        assertThat(devices(token)).as("without it").isEqualTo(200);
        product.muster("roles", "unbind", given).mustSucceed();
        assertThat(devices(token)).as("without the right").isEqualTo(403);
    }

    @Test
    void aRefreshTokenIsGoodOnce() {
        realm.person("dee");
        KeycloakRealm.Tokens first = realm.login(CLI, "dee");

        KeycloakRealm.Tokens second =
                KeycloakRealm.tokens(realm.refresh(CLI, first.refresh()).expect(200));

        assertThat(me(second.access())).isEqualTo(200);
        assertThat(realm.refresh(CLI, first.refresh()).status()).isEqualTo(400);
    }

    @Test
    void aTokenIsRefusedForEveryOneThingThatIsWrongWithIt() {
        realm.person("eva");
        KeycloakRealm.Tokens tokens = realm.login(CLI, "eva");
        Jwt good = Jwt.read(tokens.access()).withHeader("kid", ourKeyId);
        long now = Instant.now().getEpochSecond();
        Jwt aged = good.with("iat", now - 300);
        byte[] publicKey = ours.getPublic().getEncoded();
        byte[] publicPem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(publicKey)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.UTF_8);
        Map<String, String> accepted = new LinkedHashMap<>();
        accepted.put("as Keycloak gave it", tokens.access());
        accepted.put("the same, signed by the key it was given", good.signed(ours.getPrivate()));
        accepted.put("ended 3 s ago: clocks differ", aged.with("exp", now - 3).signed(ours.getPrivate()));
        accepted.put("issued in 3 s: clocks differ", good.with("iat", now + 3).signed(ours.getPrivate()));
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("another audience", good.with("aud", "account").signed(ours.getPrivate()));
        refused.put("no audience", good.with("aud", null).signed(ours.getPrivate()));
        refused.put("the id token", tokens.id());
        refused.put("the refresh token", tokens.refresh());
        refused.put("another issuer", good.with("iss", realm.issuer() + "x").signed(ours.getPrivate()));
        refused.put("a changed claim", altered(tokens.access()));
        refused.put("a key of nobody", good.signed(keys().getPrivate()));
        refused.put("no algorithm", good.withHeader("alg", "none").unsigned());
        refused.put("no signature", good.unsigned());
        refused.put(
                "the public key as a secret", good.withHeader("alg", "HS256").signedBySecret(publicKey));
        refused.put("the same as PEM", good.withHeader("alg", "HS256").signedBySecret(publicPem));
        refused.put("ended", aged.with("exp", now - 20).signed(ours.getPrivate()));
        refused.put("no end", good.with("exp", null).signed(ours.getPrivate()));
        refused.put("not good yet", good.with("nbf", now + 60).signed(ours.getPrivate()));
        refused.put("issued in the future", good.with("iat", now + 60).signed(ours.getPrivate()));
        refused.put("good for a week", good.with("exp", now + 7 * 86_400).signed(ours.getPrivate()));
        refused.put("no subject", good.with("sub", null).signed(ours.getPrivate()));

        SoftAssertions softly = new SoftAssertions();
        accepted.forEach((what, token) -> softly.assertThat(me(token)).as(what).isEqualTo(200));
        refused.forEach((what, token) -> softly.assertThat(me(token)).as(what).isEqualTo(401));
        softly.assertAll();
    }

    @Test
    void aTokenOfAnotherRealmOfTheSameProviderIsRefused() {
        KeycloakRealm other = realm.another("elsewhere");
        other.client("anything", List.of(KeycloakRealm.audience("muster-api")));
        other.person("eva");

        assertThat(me(other.login("anything", "eva").access())).isEqualTo(401);
    }

    @Test
    void aNewKeyOfTheProviderIsAcceptedAtOnceAndOneThatItTookAwayNoMore() {
        realm.person("fay");
        KeycloakRealm.Tokens before = realm.login(CLI, "fay");
        KeyPair next = keys();

        String key = realm.addKey("next", next, 1000);
        KeycloakRealm.Tokens after = realm.login(CLI, "fay");

        assertThat(Jwt.read(after.access()).header().get("kid"))
                .isEqualTo(realm.keyId(next))
                .isNotEqualTo(Jwt.read(before.access()).header().get("kid"));
        await().atMost(SOON).untilAsserted(() -> assertThat(me(after.access())).isEqualTo(200));
        assertThat(me(before.access())).as("signed by the key before").isEqualTo(200);

        realm.removeKey(key);

        await().atMost(KEYS).untilAsserted(() -> assertThat(me(after.access())).isEqualTo(401));
        assertThat(me(before.access())).isEqualTo(200);
    }

    @Test
    void aTokenIsRefusedOnceItsSessionEndedAndOtherSessionsGoOn() {
        realm.person("gus");
        KeycloakRealm.Tokens signedOut = realm.login(CLI, "gus");
        KeycloakRealm.Tokens ended = realm.login(CLI, "gus");
        KeycloakRealm.Tokens other = realm.login(CLI, "gus");
        assertThat(me(signedOut.access())).isEqualTo(200);
        assertThat(me(ended.access())).isEqualTo(200);

        realm.signOut(CLI, signedOut.refresh());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(me(signedOut.access())).isEqualTo(401));
        realm.endSession(ended.session());
        await().atMost(SOON).untilAsserted(() -> assertThat(me(ended.access())).isEqualTo(401));

        assertThat(me(other.access())).isEqualTo(200);
        assertThat(realm.refresh(CLI, ended.refresh()).status()).isEqualTo(400);
        assertThat(product.items("audit", "list", "--verb", "session.end"))
                .extracting(row -> row.get("object"))
                .contains("session/" + signedOut.session(), "session/" + ended.session());
    }

    @Test
    void onlyTheProvidersLogoutTokenEndsASession() {
        realm.person("hal");
        KeycloakRealm.Tokens tokens = realm.login(CLI, "hal");
        Jwt access = Jwt.read(tokens.access());
        long now = Instant.now().getEpochSecond();
        Jwt logout = new Jwt(
                Map.of("alg", "RS256", "typ", "logout+jwt", "kid", ourKeyId),
                Map.of(
                        "iss", realm.issuer(),
                        "aud", CLI,
                        "iat", now,
                        "exp", now + 120,
                        "jti", UUID.randomUUID().toString(),
                        "sub", access.claims().get("sub"),
                        "sid", tokens.session(),
                        "events", Map.of(EVENT, Map.of())));
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("nothing", "");
        refused.put("something else", "x.y.z");
        refused.put("an access token", tokens.access());
        refused.put("an id token", tokens.id());
        refused.put("a key of nobody", logout.signed(keys().getPrivate()));
        refused.put("no algorithm", logout.withHeader("alg", "none").unsigned());
        refused.put(
                "the public key as a secret",
                logout.withHeader("alg", "HS256")
                        .signedBySecret(ours.getPublic().getEncoded()));
        refused.put("another issuer", logout.with("iss", "https://evil.example").signed(ours.getPrivate()));
        refused.put("for the API", logout.with("aud", "muster-api").signed(ours.getPrivate()));
        refused.put("for nobody", logout.with("aud", null).signed(ours.getPrivate()));
        refused.put("no event", logout.with("events", null).signed(ours.getPrivate()));
        refused.put(
                "another event",
                logout.with("events", Map.of("urn:x", Map.of())).signed(ours.getPrivate()));
        refused.put("a nonce", logout.with("nonce", "n").signed(ours.getPrivate()));
        refused.put("ended", logout.with("exp", now - 60).signed(ours.getPrivate()));
        refused.put("of the future", logout.with("iat", now + 60).signed(ours.getPrivate()));
        refused.put("no id", logout.with("jti", null).signed(ours.getPrivate()));
        refused.put("nobody's", logout.with("sid", null).with("sub", null).signed(ours.getPrivate()));

        SoftAssertions softly = new SoftAssertions();
        refused.forEach(
                (what, token) -> softly.assertThat(backChannel(token)).as(what).isEqualTo(400));
        softly.assertAll();
        assertThat(me(tokens.access())).as("nothing was believed").isEqualTo(200);
        assertThat(me(logout.signed(ours.getPrivate()))).as("as a login").isEqualTo(401);

        assertThat(backChannel(logout.signed(ours.getPrivate()))).isEqualTo(200);

        assertThat(me(tokens.access())).isEqualTo(401);
        assertThat(me(access.withHeader("kid", ourKeyId).with("sid", null).signed(ours.getPrivate())))
                .as("a token that names no session: it may be of this one")
                .isEqualTo(401);
        assertThat(backChannel(logout.signed(ours.getPrivate())))
                .as("once more")
                .isEqualTo(400);
    }

    @Test
    void aLogoutWithoutASessionEndsAllThatBeganBeforeIt() {
        realm.person("ida");
        KeycloakRealm.Tokens first = realm.login(CLI, "ida");
        KeycloakRealm.Tokens second = realm.login(CLI, "ida");
        long now = Instant.now().getEpochSecond();
        Jwt access = Jwt.read(second.access());
        String logout = new Jwt(
                        Map.of("alg", "RS256", "kid", ourKeyId),
                        Map.of(
                                "iss", realm.issuer(),
                                "aud", List.of("muster-console"),
                                "iat", now,
                                "exp", now + 120,
                                "jti", UUID.randomUUID().toString(),
                                "sub", access.claims().get("sub"),
                                "events", Map.of(EVENT, Map.of())))
                .signed(ours.getPrivate());

        assertThat(backChannel(logout)).isEqualTo(200);

        assertThat(me(first.access())).isEqualTo(401);
        assertThat(me(second.access())).isEqualTo(401);
        assertThat(me(access.withHeader("kid", ourKeyId).with("iat", now + 2).signed(ours.getPrivate())))
                .as("a login after it")
                .isEqualTo(200);
    }

    @Test
    void anyOtherProviderIsAMatterOfSettingsAndBreakGlassGivesItsPeopleTheirFirstRights() throws Exception {
        KeycloakRealm plant = realm.another("plant");
        plant.client("plant-cli", List.of(KeycloakRealm.audience("fleet")));
        plant.client("forgotten", List.of());
        plant.person("gil");
        plant.realmRole("miner", "gil");
        plant.person("guest");
        int base = Product.freePortBase();
        Map<String, String> settings = Map.of(
                "muster.instance", "plant",
                "muster.roles", "api,worker",
                "quarkus.http.port", Integer.toString(base),
                "muster.oidc.issuer", plant.issuer(),
                "quarkus.oidc.auth-server-url", plant.issuer(),
                "quarkus.oidc.discovery-enabled", "true",
                "muster.oidc.audience", "fleet",
                "muster.oidc.groups-claim", "realm_access.roles",
                "muster.oidc.name-claim", "email",
                "muster.oidc.cli-client", "plant-cli");
        try (ServerProcess server = ServerProcess.start(product, folder.resolve("plant"), settings, base + 8)) {
            String address = "http://localhost:" + base + "/api/v1";
            String gil = plant.login("plant-cli", "gil").access();

            assertThat(body(address + "/me", gil)).contains("\"name\":\"gil@muster.invalid\"");
            assertThat(status(address + "/devices", gil)).isEqualTo(403);
            String secret = product.muster(
                            "break-glass", "create", "--data", product.data().toString())
                    .mustSucceed()
                    .lines()
                    .findFirst()
                    .orElseThrow();
            assertThat(status(HttpRequest.newBuilder(URI.create(address + "/role-bindings"))
                            .header("Authorization", "Bearer " + secret)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"kind\":\"group\",\"subject\":\"miner\",\"role\":\"viewer\"}"))))
                    .isEqualTo(201);
            assertThat(status(address + "/devices", gil)).isEqualTo(200);
            assertThat(status(
                            address + "/devices",
                            plant.login("plant-cli", "guest").access()))
                    .isEqualTo(403);

            String forgotten = plant.login("forgotten", "gil").access();
            assertThat(status(address + "/me", forgotten)).isEqualTo(401);
            assertThat(body(address + "/me", forgotten)).contains("it is not for audience `fleet`");
            realm.person("jan", "/muster-admins");
            assertThat(status(address + "/me", realm.login(CLI, "jan").access()))
                    .as("of the provider before")
                    .isEqualTo(401);
            assertThat(me(gil))
                    .as("at the server that knows the other provider")
                    .isEqualTo(401);
        }
    }

    @Test
    void theCommandLineLogsOutAtTheProviderToo() throws IOException {
        Path kept;
        product.login("Login " + "admin / " + secret("login.admin"));
        try (var files = Files.list(product.data().resolve("cli/tokens"))) {
            kept = files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
        }
        String refresh = String.valueOf(com.fasterxml
                .jackson
                .jr
                .ob
                .JSON
                .std
                .mapFrom(Files.readString(kept))
                .get("refreshToken"));

        product.muster("logout").mustSucceed();

        assertThat(kept).doesNotExist();
        assertThat(realm.refresh(CLI, refresh).status()).isEqualTo(400);
        product.login("Login " + "admin / " + secret("login.admin"));
    }

    private static String bind(String... words) {
        String[] verb = new String[words.length + 2];
        verb[0] = "roles";
        verb[1] = "bind";
        System.arraycopy(words, 0, verb, 2, words.length);
        return Product.text(product.json(verb), "id");
    }

    private static String altered(String token) {
        String[] parts = token.split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String changed = claims.replace("\"preferred_username\":\"eva\"", "\"preferred_username\":\"root\"");
        assertThat(changed).isNotEqualTo(claims);
        return parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(changed.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2];
    }

    private static int me(String token) {
        return get("/me", token);
    }

    private static int devices(String token) {
        return get("/devices", token);
    }

    private static int get(String path, String token) {
        return status(api(path).toString(), token);
    }

    private static int status(String address, String token) {
        return send(asking(address, token)).statusCode();
    }

    private static String body(String address, String token) {
        return send(asking(address, token)).body();
    }

    private static HttpRequest.Builder asking(String address, String token) {
        return HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + token);
    }

    private static int backChannel(String logoutToken) {
        return status(HttpRequest.newBuilder(api("/sessions/back-channel-logout"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "logout_token=" + URLEncoder.encode(logoutToken, StandardCharsets.UTF_8))));
    }

    private static URI api(String path) {
        return URI.create("http://localhost:" + product.port(0) + "/api/v1" + path);
    }

    private static int status(HttpRequest.Builder request) {
        return send(request).statusCode();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String secret(String name) {
        Properties secrets = new Properties();
        try (Reader reader = Files.newBufferedReader(product.data().resolve("secrets.properties"))) {
            secrets.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return secrets.getProperty(name);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

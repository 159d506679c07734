package dev.muster.standalone.up;

import dev.muster.standalone.api.ApiClient;
import java.net.URI;
import java.util.Optional;

/** The API of this instance as person {@code admin}. */
final class AdminApi {
    static final String LOGIN = "admin";

    private AdminApi() {}

    static ApiClient connect(UpOptions options, Secrets secrets, Optional<WebCertificate> web) {
        return new ApiClient(
                URI.create(options.localApiUrl()),
                URI.create(options.localKeycloakUrl() + "/realms/muster"),
                LOGIN,
                secrets.get("login.admin"),
                web.map(certificate -> certificate.keyStore().trusting()));
    }
}

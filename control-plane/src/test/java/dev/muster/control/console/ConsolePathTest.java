package dev.muster.control.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsolePathTest {
    @ParameterizedTest
    @CsvSource({
        "/console, WITHOUT_SLASH",
        "/console/, FILE",
        "/console/index.html, FILE",
        "/console/favicon.svg, FILE",
        "/console/assets/index-Bx81.js, HASHED_ASSET",
        "/console/devices, DEEP_LINK",
        "/console/devices/press-07.north, DEEP_LINK",
        "/console/permissions/explain, DEEP_LINK"
    })
    void tellsFilesFromAddressesOfTheConsolesOwnRouter(String path, ConsolePath expected) {
        assertThat(ConsolePath.of(path)).isEqualTo(expected);
    }

    @Test
    void letsTheBrowserCallOnlyUsAndTheOpenIdProvider() {
        String policy = ConsoleRoutes.securityPolicy(Optional.of(URI.create("http://localhost:7403/realms/muster")));

        assertThat(policy).contains("default-src 'self'", "connect-src 'self' http://localhost:7403;");
        assertThat(policy).doesNotContain("unsafe-inline");
    }
}

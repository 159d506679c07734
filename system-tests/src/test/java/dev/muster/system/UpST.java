package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./muster up} and its relatives, as somebody meets them who has just cloned the project. */
class UpST {
    @TempDir
    Path folder;

    @Test
    void bringsUpTenAgentsFindsItsDataAgainAndLeavesNothingBehind() {
        int base = Product.freePortBase();
        try (Product product = new Product(folder.resolve("data"), base)) {
            Command up = product.up();

            assertThat(up.mustSucceed())
                    .contains("http://localhost:" + base)
                    .contains("--ca-fingerprint")
                    .contains("admin");
            assertThat(lastLine(product.status().mustSucceed())).isEqualTo("10 of 10 agents connected");
            Command again = product.up();
            assertThat(again.exit())
                    .as("a second `up` on the same data: " + again.out())
                    .isNotZero();
            assertThat(product.down().exit()).isZero();
            assertThat(product.processes()).isEmpty();
            assertPortsFree(base);

            product.login(product.up().mustSucceed());

            assertThat(lastLine(product.status().mustSucceed())).isEqualTo("10 of 10 agents connected");
            assertThat(product.items("devices", "list")).hasSize(10);
        }
    }

    @Test
    void aBusyPortIsNamedAndNothingIsStarted() throws IOException {
        int base = Product.freePortBase();
        try (ServerSocket busy = new ServerSocket(base + 2, 1, InetAddress.getLoopbackAddress());
                Product product = new Product(folder.resolve("data"), base)) {
            Command up = product.up();

            assertThat(up.exit()).isNotZero();
            assertThat(up.out()).contains(Integer.toString(busy.getLocalPort()));
            assertThat(product.processes()).isEmpty();
        }
    }

    private static void assertPortsFree(int base) {
        for (int port = base; port < base + 9; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                throw new AssertionError("port " + port + " is still held", e);
            }
        }
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (first, second) -> second);
    }
}

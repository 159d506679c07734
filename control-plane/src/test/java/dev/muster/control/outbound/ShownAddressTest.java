package dev.muster.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownAddressTest {
    @Test
    void hidesPathAndQueryAndTellsTwoApart() {
        String one = ShownAddress.of("https://chat.example.org:8443/hook/s3cr3t?k=v");

        assertThat(one).matches("https://chat\\.example\\.org:8443/\\.\\.\\. \\(sha256 [0-9a-f]{8}\\)");
        assertThat(one).isEqualTo(ShownAddress.of("https://chat.example.org:8443/hook/s3cr3t?k=v"));
        assertThat(one).isNotEqualTo(ShownAddress.of("https://chat.example.org:8443/hook/s3cr3t?k=w"));
    }

    @Test
    void showsWhatHidesNothing() {
        assertThat(ShownAddress.of("https://erp.example.org/")).isEqualTo("https://erp.example.org");
        assertThat(ShownAddress.of("https://erp.example.org/?k=v")).doesNotContain("k=v");
        assertThat(ShownAddress.of("no address at all")).isEqualTo("no address");
    }
}

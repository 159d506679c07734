package dev.muster.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UrlTest {
    @Test
    void encodesWhatCouldLeaveItsPlace() {
        Url url = Url.of("devices", "../a b/ü")
                .with("q", "site==north;tag=in=(a,b)&x=1")
                .with("cursor", null);

        assertThat(url).hasToString("/devices/..%2Fa%20b%2F%C3%BC?q=site%3D%3Dnorth%3Btag%3Din%3D%28a%2Cb%29%26x%3D1");
    }
}

package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @ParameterizedTest
    @CsvSource({
        "registry.example.com, registry.example.com, muster/server",
        "Registry.example.com:5000, registry.example.com:5000, muster/server",
        "127.0.0.1:5000/plant/north, 127.0.0.1:5000, plant/north/server",
        "[::1]:5000/a, [::1]:5000, a/server",
        "localhost/my_images, localhost, my_images/server"
    })
    void readsHostAndPath(String text, String host, String repository) {
        Target target = Target.parse(text);

        assertThat(target.host()).isEqualTo(host);
        assertThat(target.repository("muster/server:1.2.3")).isEqualTo(repository);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://registry.example.com",
                "registry.example.com/",
                "host/Upper",
                "host/a//b",
                "host/../b",
                "a b",
                "host:123456"
            })
    void saysWhatItExpects(String text) {
        assertThatThrownBy(() -> Target.parse(text))
                .hasMessageContaining("expected a ")
                .hasMessageContaining("found `");
    }

    @Test
    void aTagIsNoDigestAndNoPath() {
        assertThat(Target.tag("0.1.0-SNAPSHOT")).isEqualTo("0.1.0-SNAPSHOT");
        assertThatThrownBy(() -> Target.tag("a/b")).hasMessageContaining("expected a tag");
        assertThatThrownBy(() -> Target.tag("sha256:00")).hasMessageContaining("expected a tag");
    }
}

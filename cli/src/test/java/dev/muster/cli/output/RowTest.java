package dev.muster.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTest {
    @Test
    void showsADashForWhatIsAbsentAtAnyDepth() {
        Row row = new Row(Map.of("image", Map.of("version", "2.0.0"), "tags", List.of("a", "b"), "name", ""));

        assertThat(row.text("image.version")).isEqualTo("2.0.0");
        assertThat(row.text("tags")).isEqualTo("a,b");
        assertThat(row.text("name")).isEqualTo("-");
        assertThat(row.text("image.slot")).isEqualTo("-");
        assertThat(row.text("tags.x")).isEqualTo("-");
        assertThat(row.rows("nothing")).isEmpty();
    }
}

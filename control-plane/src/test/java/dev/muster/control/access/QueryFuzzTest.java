package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.control.http.ProblemException;
import java.nio.charset.StandardCharsets;

/** Whatever text stands where a device query belongs: it is read or refused, and no word of it gets into a statement. */
class QueryFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Selector selector;
        try {
            selector = Selector.parse(text);
        } catch (ProblemException refused) {
            assertThat(refused.detail()).isNotEmpty();
            return;
        }
        SqlFragment where = selector.where("d", "q_");
        assertThat(where.sql()).as("only texts of ours").matches("(?s)[a-z0-9_.,:'<>=()\\s*|\\[\\]!~%-]*");
        assertThat(Selector.parse(selector.text()).where("d", "q_").sql()).isEqualTo(where.sql());
    }
}

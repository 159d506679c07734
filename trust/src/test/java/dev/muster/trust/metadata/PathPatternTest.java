package dev.muster.trust.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "*, file, true",
        "*, a/b, false",
        "apps/*, apps/x, true",
        "apps/*, apps/x/y, false",
        "apps/*, apps/, true",
        "apps/*, images/x, false",
        "apps/*/*, apps/acme/pump-1.hap, true",
        "*.zip, a.zip, true",
        "*.zip, a.zip.exe, false",
        "a?c, abc, true",
        "a?c, a/c, false",
        "a*b*c, aXbYc, true",
        "a*b*c, aXb/Yc, false",
        "images/acme/*, images/acme2/x, false",
        "**, ab, true",
        "**, a/b, false"
    })
    void matchesWithinOneSegment(String pattern, String path, boolean expected) {
        assertThat(PathPattern.matches(pattern, path)).isEqualTo(expected);
    }

    @Test
    void agreesWithANaiveTranslation() {
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            String pattern = text(random, "ab/*?");
            String path = text(random, "ab/");
            String regex = Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q").replace("?", "\\E[^/]\\Q");

            assertThat(PathPattern.matches(pattern, path))
                    .as("%s on %s", pattern, path)
                    .isEqualTo(Pattern.matches(regex, path));
        }
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}

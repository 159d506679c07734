package dev.muster.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console says in each of its languages what a code means, so a new code needs a sentence there. */
class ProblemSentencesTest {
    private static final Path SENTENCES = Path.of("src/main/console/src/i18n");
    private static final Pattern KEY = Pattern.compile("^  '?([a-z-]+)'?: '.+',$", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"problems.ts", "zh/problems.ts"})
    void everyCodeHasASentenceInEveryLanguage(String catalogue) throws IOException {
        List<String> keys = KEY.matcher(Files.readString(SENTENCES.resolve(catalogue)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(keys)
                .containsExactlyElementsOf(
                        Stream.of(ProblemCode.values()).map(ProblemCode::code).toList());
    }
}
